import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { boundedFault } from '../contract/bounded.js';
import type { Fault } from '../contract/deploy.js';

/** Ends the deploy as failed, or as refused where nothing was started; the fault says why. */
export class DeployFailed extends Error {
  constructor(
    readonly outcome: 'refused' | 'failed',
    readonly fault: Fault,
  ) {
    super(fault.message);
  }
}

/** Work that has answered, and whose answer shows that something is wrong: the deploy is blocked on it. */
export class WrongAnswer extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/** What work failed with, for the operator. Anything but a failed activity is a defect and goes on as it is. */
export function faultOf(error: unknown): Fault {
  if (error instanceof WrongAnswer) return error.fault;
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure) {
    const fault = cause.details?.[0] as Fault | undefined;
    // The message is that of the failure, so that it stands in the history once.
    if (typeof fault?.code === 'string')
      return { ...boundedFault({ ...fault, message: cause.message }), ...(fault.leased === true && { leased: true }) };
  }
  return boundedFault({
    code: 'OUTCOME_UNKNOWN',
    message: `${error.activityId ?? error.activityType} ended without an answer: ${cause?.message ?? error.message}`,
    next: 'The ledger tells what was committed. Retry: what is done is not done again.',
  });
}

/** Why an activity failed on which nothing depends. */
export function failureText(error: unknown): string {
  const cause = error instanceof ActivityFailure ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** What nobody has foreseen, as a fault: a deploy never ends without a word. */
export function unforeseen(error: unknown): Fault {
  return boundedFault({
    code: 'UNEXPECTED',
    message: `unexpected error: ${error instanceof Error ? error.message : String(error)}`,
    next: 'This is a bug in Pawl: please report it. What is committed stays; deploy again to continue.',
  });
}

/** Whether the work may still be going on somewhere, so that it must be fenced off before anything is decided about it. */
export function isOutcomeUnknown(error: unknown, fault: Fault): boolean {
  const lost = ['OUTCOME_UNKNOWN', 'CONNECTION_LOST'].includes(fault.code);
  return lost || (error instanceof ActivityFailure && error.cause instanceof TimeoutFailure);
}
