import type { Command } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';

export interface ApproveSettings extends DecisionSettings {
  /** Which approval is meant, in case that another one waits by now. */
  readonly name?: string | undefined;
}

/** Gives the approval that a deploy waits for. */
export const approve: Command<ApproveSettings> = (context, { name, ...settings }) =>
  decide(context, { verb: 'approve', ...(name !== undefined && { name }) }, settings);
