import { describe, expect, it } from 'vitest';
import { malformed } from '../../../src/contract/decision.js';

describe('a decision as somebody sent it', () => {
  it('is taken where it is well made', () => {
    for (const decision of [
      { by: 'ann' },
      { by: 'Zoë 😀', reason: 'two\nlines', lockTimeout: '1.5s', until: '2026-01-31T12:00:00.000Z' },
      { by: 'ann', reason: undefined },
    ])
      expect(malformed(decision, ['lockTimeout'])).toBeUndefined();
  });

  it.each([
    [undefined, /one JSON object/],
    [null, /one JSON object/],
    ['ann', /one JSON object/],
    [[], /one JSON object/],
    [[{ by: 'ann' }], /one JSON object/],
    [{}, /"by"/],
    [{ by: '' }, /"by"/],
    [{ by: null }, /"by": expected text, found null/],
    [{ by: 7 }, /"by": expected text, found number/],
    [{ by: '\ud800' }, /lone surrogate/],
    [{ by: 'a\u0000' }, /control characters/],
    [{ by: '\u001b]0;x\u0007' }, /control characters/],
    [{ by: 'x'.repeat(501) }, /at most 500 characters/],
    [{ by: 'ann', reason: 'x'.repeat(5_000_000) }, /"reason": expected at most 500/],
    [{ by: 'ann', reason: ['why'] }, /"reason": expected text/],
    [{ by: 'ann', eason: 'typed' }, /"eason" is not known here/],
    [{ by: 'ann', ['\ud800']: 'x' }, /is not known here/],
    [{ by: 'ann', lockTimeout: '10' }, /lockTimeout: expected a duration/],
    [{ by: 'ann', lockTimeout: 10 }, /"lockTimeout": expected text/],
    [{ by: 'ann', lockTimeout: '9'.repeat(40) + 's' }, /lockTimeout: expected a duration/],
    [{ by: 'ann', until: 'tomorrow' }, /until: expected a moment/],
    [{ by: 'ann', until: '2026-99-99T99:99:99Z' }, /until: expected a moment/],
  ])('%j is refused with a sentence', (decision, sentence) => {
    const fault = malformed(decision, ['lockTimeout']);
    expect(fault).toMatch(sentence);
    expect(fault).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(fault!.length).toBeLessThan(300);
  });
});
