import { describe, expect, it } from 'vitest';
import { duration, durationFrom } from '../../../src/config/duration.js';
import { durationText, limitText } from '../../../src/cli/option-text.js';
import { malformed } from '../../../src/contract/decision.js';
import { durationFault } from '../../../src/text/duration.js';

const FAULTS: [text: string, least: string, expected: string | undefined][] = [
  ['1ms', '1ms', undefined],
  ['24d', '1ms', undefined],
  ['576h', '1ms', undefined],
  ['0s', '0s', undefined],
  ['0s', '1ms', 'a duration from 1ms to 24d'],
  ['0.5ms', '1ms', 'a duration from 1ms to 24d'],
  ['24.001d', '1ms', 'a duration from 1ms to 24d'],
  ['25d', '1ms', 'a duration from 1ms to 24d'],
  ['999999999d', '0s', 'a duration from 0s to 24d'],
  ['5', '1ms', 'a duration such as 500ms, 3s, 10m or 1d'],
  ['-1s', '1ms', 'a duration such as 500ms, 3s, 10m or 1d'],
  ['1 s', '1ms', 'a duration such as 500ms, 3s, 10m or 1d'],
];

describe('a length of time is taken where PostgreSQL and timers can count it', () => {
  it.each(FAULTS)('%s, at least %s', (text, least, expected) => {
    expect(durationFault(text, least)).toBe(expected);
    const inConfig = (least === '1ms' ? duration : durationFrom(least)).safeParse(text);
    expect(inConfig.error?.issues.map(({ message }) => message)).toEqual(expected && [`expected ${expected}`]);
    const typed = (): string => (least === '0s' ? durationText : limitText)(text);
    if (expected === undefined) expect(typed()).toBe(text);
    else expect(typed).toThrow(`Expected ${expected}.`);
    if (least === '1ms')
      expect(malformed({ by: 'ann', lockTimeout: text }, ['lockTimeout'])).toBe(
        expected && `lockTimeout: expected ${expected}, found "${text}"`,
      );
  });
});
