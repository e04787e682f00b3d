import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { boundedFault, boundedText, MESSAGE } from '../contract/bounded.js';
import type { Fault } from '../contract/deploy.js';
import { EngineError } from '../engine/error.js';

/** Milliseconds between two attempts at most. */
const LONGEST_DELAY = 20_000;

/**
 * The only place where errors of the engine become Temporal failures. The failure carries a {@link Fault}: words for the operator and
 * a place in a file, no SQL text and no row values. Its message stands in the failure alone, and it has no stack, since all of it is kept
 * in the history; the worker's log has both whole.
 * @param patient whether a failure that may cure itself is still worth another attempt
 * @param attempt which attempt failed, counted from 1: each later one waits longer
 * @param leased whether the deploy has the lease already, of which its workflow has not heard
 */
export function activityFailure(error: unknown, patient: boolean, attempt: number, leased = false): ApplicationFailure {
  if (!(error instanceof EngineError)) return failure(unexpected(error), { nonRetryable: true }, leased);
  const again = error.verdict === 'retry' && patient;
  const fault: Fault = {
    code: error.code,
    message: error.message,
    next: again ? `It is tried again by itself. ${error.next}` : error.next,
    version: error.version,
    file: error.place?.file,
    line: error.place?.line,
    column: error.place?.column,
    sqlstate: error.sqlstate,
  };
  const waits = error.code === 'LOCK_BUSY' || error.code === 'LEASE_BUSY';
  const options = {
    nonRetryable: !again,
    ...(again && { nextRetryDelay: Math.min(1_000 * 1.5 ** (attempt - 1), LONGEST_DELAY) }),
    ...(waits && { category: ApplicationFailureCategory.BENIGN }),
  };
  return failure(fault, options, leased);
}

function failure(fault: Fault, options: Parameters<typeof ApplicationFailure.create>[0], leased: boolean): ApplicationFailure {
  const details: Fault = { ...boundedFault({ ...fault, message: '' }), ...(leased && { leased }) };
  const message = boundedText(fault.message, MESSAGE);
  const error = ApplicationFailure.create({ message, type: fault.code, details: [details], ...options });
  error.stack = '';
  return error;
}

function unexpected(error: unknown): Fault {
  return {
    code: 'UNEXPECTED',
    message: `unexpected error: ${(error as Error)?.message ?? String(error)}`,
    next: 'This is a bug in Pawl: please report it with the log of the worker. Retry continues from the ledger.',
  };
}
