/** A duration as configuration, command line and decisions take it, such as `500ms`, `3s`, `1.5h` or `1d`. */
export const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** What is said where something else was found. */
export const DURATION_EXPECTED = 'a duration such as 500ms, 3s, 10m or 1d';

/** The longest that PostgreSQL and Node's timers can count: 2^31 - 1 ms. */
const LONGEST = '24d';

/**
 * What was expected where a text is no length of time that can be counted; undefined where it is one. To PostgreSQL a time-out of 0 is no
 * limit at all, so nothing is too short by default.
 * @param least the shortest that makes sense
 * @example durationFault('99d') // 'a duration from 1ms to 24d'
 */
export function durationFault(text: string, least = '1ms'): string | undefined {
  if (!DURATION.test(text)) return DURATION_EXPECTED;
  const length = milliseconds(text);
  const within = length >= milliseconds(least) && length <= milliseconds(LONGEST);
  return within ? undefined : `a duration from ${least} to ${LONGEST}`;
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * @returns milliseconds
 * @throws RangeError when it is no {@link DURATION}
 * @example milliseconds('1.5h') // 5_400_000
 */
export function milliseconds(duration: string): number {
  const [, amount, unit] = DURATION.exec(duration) ?? [];
  if (amount === undefined) throw new RangeError(`not a duration: ${duration}`);
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

/** A length of time to one unit, for what is only estimated: `40 s`, `7 min`, `3 h`, `2 d`. */
export function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
