import { describe, expect, it } from 'vitest';
import { fleetInputFault, inputFault } from '../../../src/contract/input.js';
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

describe('the input of a rollout', () => {
  const { target, ...rest } = RIGHT;
  const right = { ...rest, fleet: target, only: ['acme'], wave: 'eu' };

  it('is taken as `pawl fleet deploy` sends it', () => {
    expect(fleetInputFault(right, false)).toBeUndefined();
    expect(fleetInputFault({ ...right, resumed: {} }, true)).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [undefined, 'input'],
    [[], 'input'],
    [RIGHT, 'input'],
    [{ ...right, resumed: {} }, 'input'],
    [{}, 'fleet'],
    [{ ...right, fleet: 7 }, 'fleet'],
    [{ ...right, wave: '' }, 'wave'],
    [{ ...right, only: 'acme' }, 'only'],
    [{ ...right, only: ['acme', null] }, 'only[1]'],
    [{ ...right, release: null }, 'release'],
    [{ ...right, release: { digest: 'x', label: 'v1' } }, 'release.digest'],
    [{ ...right, stages: [{}] }, 'stages[0].name'],
    [{ ...right, by: undefined }, 'by'],
    [{ ...right, onFailure: 'retry' }, 'onFailure'],
  ])('%j is refused with a sentence that names the field', (input, field) => {
    expect(fleetInputFault(input, false)?.split(':')[0]).toBe(field);
  });
});
