import { EngineError } from './error.js';

/** An attempt that has failed. Times are in milliseconds since 1970. */
export interface FailedAttempt {
  readonly began: number;
  readonly error: unknown;
  /** Milliseconds for which attempts may fail in a row. */
  readonly patience: number;
  /** Since when attempts before it had failed. */
  readonly earlier: number | undefined;
}

/**
 * Since when attempts fail in a row, in milliseconds since 1970. What an attempt worked before it failed is no time of failing; one that
 * spent it waiting for a lock has not worked: a `lockTimeout` may be longer than the patience.
 */
export function failingSince({ began, error, patience, earlier }: FailedAttempt): number {
  const now = Date.now();
  const worked = now - began > patience && !(error instanceof EngineError && error.code === 'LOCK_TIMEOUT');
  return worked ? now : (earlier ?? now);
}
