import type { Command } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';

export interface RetrySettings extends DecisionSettings {
  /** How long to wait for locks from now on, such as `10s`. */
  readonly lockTimeout?: string | undefined;
}

/** Tries the blocked step again. */
export const retry: Command<RetrySettings> = (context, { lockTimeout, ...settings }) =>
  decide(context, { verb: 'retry', ...(lockTimeout !== undefined && { lockTimeout }) }, settings);
