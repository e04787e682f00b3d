import type { Command } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';

/** Stops a deploy before its next migration. */
export const hold: Command<Omit<DecisionSettings, 'withWorker'>> = (context, settings) =>
  decide(context, { verb: 'hold' }, settings);
