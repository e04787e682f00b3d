import type { TemporalLink } from './connection.js';

/** Milliseconds for one question. */
const PATIENCE = 5_000;

/** Milliseconds: a worker polls again within a minute (the long poll's length); one that has not is gone. */
const FRESH = 75_000;

/** temporal.api.enums.v1.TaskQueueType. */
const WORKFLOW_QUEUE = 1;

/** Names of the workers that poll a queue for workflows. */
export async function queuePollers({ client, namespace }: TemporalLink, queue: string): Promise<string[]> {
  const { pollers } = await client.withDeadline(Date.now() + PATIENCE, () =>
    client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType: WORKFLOW_QUEUE }),
  );
  const since = Date.now() - FRESH;
  return (pollers ?? [])
    .filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since)
    .map(({ identity }) => identity ?? '');
}
