import type { Command } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';

/** Lets a held deploy go on. */
export const resume: Command<DecisionSettings> = (context, settings) => decide(context, { verb: 'resume' }, settings);
