import { EngineError, type Place } from './error.js';

/** Something about the applied set and the files that a person should know; an `error` stops the deploy before anything is touched. */
export interface PlanFinding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly next: string;
  /** In the file of the user's, with the line and a caret under the fault. */
  readonly place?: Place | undefined;
  readonly excerpt?: string | undefined;
}

/** An error of the engine as a finding; anything else is a defect of ours and goes on. */
export function findingFrom(error: unknown): PlanFinding {
  if (!(error instanceof EngineError)) throw error;
  const { code, message, next, place, excerpt } = error;
  return { severity: 'error', code, message, next, place, excerpt };
}
