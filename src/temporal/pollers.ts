import type { Client } from '@temporalio/client';
import { hostname } from 'node:os';
import { parseIdentity, type WorkerIdentity } from '../contract/worker-identity.js';
import type { TemporalLink } from './link.js';

/** One worker that polls a queue. */
export interface Poller {
  /** As Temporal has it. */
  readonly identity: string;
  /** What it says of itself; undefined for a worker that is not of this kind. */
  readonly worker: WorkerIdentity | undefined;
  /** When it last polled, in milliseconds since 1970. */
  readonly seen: number;
  /** Known for workers of this machine only. */
  readonly alive: boolean | undefined;
}

/** Milliseconds: a worker polls again within a minute (the long poll's length); one that has not is gone. */
export const POLL_FRESHNESS = 75_000;

/** Milliseconds for one question. */
const PATIENCE = 5_000;

/** temporal.api.enums.v1.TaskQueueType. */
const WORKFLOW_QUEUE = 1;

/**
 * The workers that poll a queue, as far as Temporal knows: one that died is among them for another minute, unless it was of this machine and
 * is known to have ended.
 */
export async function pollersOf(client: Client, namespace: string, queue: string): Promise<Poller[]> {
  const { pollers } = await client.withDeadline(Date.now() + PATIENCE, () =>
    client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType: WORKFLOW_QUEUE }),
  );
  const oldest = Date.now() - POLL_FRESHNESS;
  return (pollers ?? [])
    .map(({ identity, lastAccessTime }) => ({
      identity: identity ?? '',
      worker: parseIdentity(identity ?? ''),
      seen: Number(lastAccessTime?.seconds ?? 0) * 1_000 + (lastAccessTime?.nanos ?? 0) / 1_000_000,
      alive: isAlive(identity ?? ''),
    }))
    .filter(({ seen, alive }) => seen > oldest && alive !== false);
}

/** Only the names of the workers, as Temporal has them. */
export async function queuePollers(
  { client, namespace }: Pick<TemporalLink, 'client' | 'namespace'>,
  queue: string,
): Promise<string[]> {
  return (await pollersOf(client, namespace, queue)).map(({ identity }) => identity);
}

/** Whether a worker serves a target, as far as it says: targets of the same files share a queue. One that serves a fleet serves its members. */
export function serves({ worker }: Poller, target: string): boolean {
  return !worker || !worker.complete || worker.targets.has(target) || worker.targets.has(target.split('/')[0]!);
}

/** The name of a worker begins with `<pid>@<host>`. */
function isAlive(identity: string): boolean | undefined {
  const [, pid, host] = /^(\d+)@([^|]+)/.exec(identity) ?? [];
  if (pid === undefined || host !== hostname()) return undefined;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
