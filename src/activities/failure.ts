import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Fault } from '../contract/deploy.js';
import { EngineError } from '../engine/error.js';

/** Milliseconds between two attempts at most. */
const LONGEST_DELAY = 20_000;

/**
 * The only place where errors of the engine become Temporal failures. The failure carries a {@link Fault}: words for the operator and
 * a place in a file, no SQL text and no row values.
 * @param patient whether a failure that may cure itself is still worth another attempt
 * @param attempt which attempt failed, counted from 1: each later one waits longer
 */
export function activityFailure(error: unknown, patient: boolean, attempt: number): ApplicationFailure {
  if (!(error instanceof EngineError)) return unexpected(error);
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
  return ApplicationFailure.create({
    message: error.message,
    type: error.code,
    nonRetryable: !again,
    details: [fault],
    ...(again && { nextRetryDelay: Math.min(1_000 * 1.5 ** (attempt - 1), LONGEST_DELAY) }),
    ...(waits && { category: ApplicationFailureCategory.BENIGN }),
  });
}

function unexpected(error: unknown): ApplicationFailure {
  const message = `unexpected error: ${(error as Error)?.message ?? String(error)}`;
  const fault: Fault = {
    code: 'UNEXPECTED',
    message,
    next: 'This is a defect of Pawl: please report it with the log of the worker. Retry goes on from the ledger.',
  };
  return ApplicationFailure.create({ message, type: 'UNEXPECTED', nonRetryable: true, details: [fault] });
}
