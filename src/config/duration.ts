import * as z from 'zod';
import { DURATION, DURATION_EXPECTED, milliseconds } from '../text/duration.js';

/** The longest that PostgreSQL and Node's timers can count: 2^31 - 1 ms. */
const LONGEST = '24d';

/** A length of time within what can be counted. @param least the shortest that makes sense */
export function durationFrom(least: string) {
  const within = (text: string): boolean => {
    const length = milliseconds(text);
    return length >= milliseconds(least) && length <= milliseconds(LONGEST);
  };
  return z
    .string()
    .regex(DURATION, { error: `expected ${DURATION_EXPECTED}`, abort: true })
    .refine(within, `expected a duration from ${least} to ${LONGEST}`);
}

/** None of these may be nothing: to PostgreSQL a timeout of 0 is no limit at all. */
export const duration = durationFrom('1ms');
