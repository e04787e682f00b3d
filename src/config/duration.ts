import * as z from 'zod';
import { DURATION, DURATION_EXPECTED, durationFault } from '../text/duration.js';

/** A length of time within what can be counted. @param least the shortest that makes sense */
export function durationFrom(least: string) {
  return z
    .string()
    .regex(DURATION, { error: `expected ${DURATION_EXPECTED}`, abort: true })
    .superRefine((text, context) => {
      const expected = durationFault(text, least);
      if (expected !== undefined) context.addIssue({ code: 'custom', message: `expected ${expected}` });
    });
}

/** None of these may be nothing: to PostgreSQL a timeout of 0 is no limit at all. */
export const duration = durationFrom('1ms');
