import type { Command } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';

/** Ends a deploy at the point where it is; what is committed stays. */
export const cancel: Command<DecisionSettings> = (context, settings) => decide(context, { verb: 'cancel' }, settings);
