import { ClientError } from '../../client/client-error.js';
import type { Command } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';

/** Ends a deploy at the point where it is; what is committed stays. One whose workflow cannot go on is ended from here. */
export const cancel: Command<DecisionSettings> = async (context, settings) => {
  try {
    return await decide(context, { verb: 'cancel' }, settings);
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'TASK_FAILING') throw error;
    const { endFailing } = await import('../deploy/end-failing.js');
    return endFailing(context, settings, error.message);
  }
};
