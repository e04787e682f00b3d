import { proxyActivities } from '@temporalio/workflow';
import type { DeployActivities, ProveRequest } from '../contract/activities.js';
import { boundedText } from '../contract/bounded.js';
import type { NotifyRequest } from '../contract/news.js';

/**
 * How long a worker may be silent before its work is given to another. Cancels reach an activity with its heartbeats.
 * A heartbeat says only that the process lives: a statement may run for days.
 */
const HEARTBEAT = '6 seconds';

/**
 * No limit on attempts: a worker's death uses one up and says nothing about the SQL. Whether a failure is worth another attempt is the
 * activity's verdict, and so is when. What the policy says is left for a worker that died: the work goes on elsewhere at once, however many
 * have died before. WAIT_CANCELLATION_COMPLETED is set by hand because the SDK's default in truth is TRY_CANCEL
 * (temporalio/sdk-typescript#2442), which would release the lease while a statement still runs.
 */
const activities = proxyActivities<DeployActivities>({
  startToCloseTimeout: '30 days',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1 },
});

/** A notification is given up after some attempts: nothing depends on it. A worker's death uses one up. */
const notifications = proxyActivities<Pick<DeployActivities, 'notify'>>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: HEARTBEAT,
  retry: { initialInterval: '1 second', maximumAttempts: 5 },
});

/**
 * A proof is given up before whoever waits for its answer gives up. It reads nothing but the release.
 */
const proofs = proxyActivities<Pick<DeployActivities, 'proveApproval'>>({
  scheduleToCloseTimeout: '8 seconds',
  startToCloseTimeout: '4 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1 },
});

type Name = Exclude<keyof DeployActivities, 'notify' | 'proveApproval'>;

/** Characters: Temporal takes 400 bytes of a summary, 1,000 of an id. */
const SUMMARY = 80;
const ID = 200;

/** Runs an activity under an id and a summary that a person can read in the Web UI. */
export function run<N extends Name>(
  name: N,
  id: string,
  summary: string,
  request: Parameters<DeployActivities[N]>[0],
): ReturnType<DeployActivities[N]> {
  const activity = activities[name] as unknown as {
    executeWithOptions(options: { activityId: string; summary: string }, args: [typeof request]): ReturnType<DeployActivities[N]>;
  };
  return activity.executeWithOptions({ activityId: boundedText(id, ID), summary: boundedText(summary, SUMMARY) }, [request]);
}

/** Proves a signature. @returns the fingerprint of the key */
export function prove(id: string, summary: string, request: ProveRequest): Promise<string> {
  return proofs.proveApproval.executeWithOptions({ activityId: boundedText(id, ID), summary: boundedText(summary, SUMMARY) }, [
    request,
  ]);
}

/** Sends one notification. @returns whom it reached */
export function send(id: string, summary: string, request: NotifyRequest): Promise<string> {
  return notifications.notify.executeWithOptions({ activityId: boundedText(id, ID), summary: boundedText(summary, SUMMARY) }, [
    request,
  ]);
}
