import { describe, expect, it } from 'vitest';
import { inputFault } from '../../../src/contract/input.js';
import { RIGHT, WRONG_INPUTS } from '../../support/wrong-inputs.js';

describe('the input of the workflow', () => {
  it('is taken as `pawl deploy` sends it', () => {
    expect(inputFault(RIGHT, false)).toBeUndefined();
    expect(inputFault({ ...RIGHT, resumed: {} }, true)).toBeUndefined();
  });

  it.each(WRONG_INPUTS)('%j is refused with a short sentence that names the field', (input, field) => {
    const fault = inputFault(input, false);
    expect(fault?.split(':')[0]).toBe(field);
    expect(fault!.length).toBeLessThan(300);
    expect(fault).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  });
});
