import { log } from '@temporalio/activity';
import type { DeployActivities } from '../contract/activities.js';
import { notificationName } from '../config/notification.js';
import { sendNotification } from '../signal/notification.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';

/** Sends one notification; the workflow says how often it is tried. */
export function notify({ receivers, environment, link }: Dependencies): DeployActivities['notify'] {
  return async ({ notification, key, ...news }) => {
    const { notifications, root, showValues } = await receivers(news.target);
    const told = notifications[notification];
    if (!told) throw new TypeError(`${news.target} has no notification ${notification}`);
    const name = notificationName(told);
    return asActivity(Infinity, async (control, { workflowExecution }) => {
      const page = workflowExecution && link(workflowExecution.workflowId, workflowExecution.runId);
      const toLog = (line: string): void => {
        log.info(line, { notification: name });
      };
      const sender = { environment, root, showValues, log: toLog };
      await sendNotification(told, { news, key, link: page }, sender, control);
      return name;
    });
  };
}
