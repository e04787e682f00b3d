import type { Client } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';

/** Queues whose workflows are counted. */
export interface WatchedQueues {
  readonly client: Client;
  readonly queues: readonly string[];
}

/** Milliseconds: Temporal lists a workflow a moment after its start, and again it is asked no more often than this. */
const SHORTEST = 500;
const LONGEST = 10_000;

/** How many workflows are open on the queues, as Temporal lists them. */
export async function openWorkflows({ client, queues }: WatchedQueues): Promise<number> {
  const names = queues.map((queue) => `'${queue}'`).join(', ');
  return (await client.workflow.count(`ExecutionStatus = 'Running' AND TaskQueue IN (${names})`)).count;
}

/**
 * Waits until no workflow of the queues has been open for a while. A Temporal that does not answer is no proof of it.
 * @param quiet milliseconds
 * @returns early when `signal` is aborted
 */
export async function untilIdle(watched: WatchedQueues, quiet: number, signal: AbortSignal): Promise<void> {
  const interval = Math.min(Math.max(quiet / 5, SHORTEST), LONGEST);
  let idleSince = Date.now();
  while (!signal.aborted) {
    const open = await openWorkflows(watched).catch(() => 1);
    if (open > 0) idleSince = Date.now();
    else if (Date.now() - idleSince >= quiet) return;
    await sleep(interval, undefined, { signal }).catch(() => undefined);
  }
}
