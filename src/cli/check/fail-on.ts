import type { CheckReport } from '../../check/report.js';

export const FAIL_ON = ['error', 'warning', 'notice', 'never'] as const;

/** From which severity on a check fails; what does not run fails it always, unless it is `never`. */
export type FailOn = (typeof FAIL_ON)[number];

/** Whether a check fails. */
export function isReached({ summary: { failed, errors, warnings, notices } }: CheckReport, failOn: FailOn): boolean {
  const counts = { error: failed + errors, warning: warnings, notice: notices };
  if (failOn === 'never') return false;
  return FAIL_ON.slice(0, FAIL_ON.indexOf(failOn) + 1).some((severity) => counts[severity as keyof typeof counts] > 0);
}
