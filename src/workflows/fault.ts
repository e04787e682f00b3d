import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Fault } from '../contract/deploy.js';

/** What an activity failed with, for the operator. Anything but a failed activity is a defect and goes on as it is. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure) {
    const fault = cause.details?.[0] as Fault | undefined;
    if (fault && typeof fault.code === 'string') return fault;
  }
  return {
    code: 'OUTCOME_UNKNOWN',
    message: `${error.activityId ?? error.activityType} ended without an answer: ${cause?.message ?? error.message}`,
    next: 'The ledger tells what was committed. Retry: what is done is not done again.',
  };
}

/** Whether the work may still be going on somewhere, so that it must be fenced off before anything is decided about it. */
export function isOutcomeUnknown(error: unknown, fault: Fault): boolean {
  const lost = ['OUTCOME_UNKNOWN', 'CONNECTION_LOST'].includes(fault.code);
  return lost || (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure);
}
