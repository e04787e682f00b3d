import { log } from '@temporalio/activity';
import type { DeployActivities } from '../contract/activities.js';
import { finishDeploy } from '../engine/acts/finish.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';
import { ownerOf } from './on-stage.js';

/** Records the outcome and gives the lease back. Waits however long the database is away. */
export function finish({ held, environment }: Dependencies): DeployActivities['finish'] {
  return ({ outcome, by, reason, stages, ...ownership }) =>
    asActivity(Infinity, async (control, info) => {
      const { target } = await held(ownership.target);
      await finishDeploy(target, ownerOf(ownership, info), { outcome, by, reason, stages }, control);
      const collector = environment['PAWL_TRACES'];
      if (!collector) return;
      const { sendTrace } = await import('../trace/send-trace.js');
      const fault = await sendTrace(target, ownership.deployId, collector);
      if (fault) log.warn(`the trace of this deploy was not sent: ${fault}`);
    });
}
