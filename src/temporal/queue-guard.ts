import type { Client } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseIdentity } from '../contract/deploy.js';
import { otherDatabase, strangersAmong, type Stranger } from './other-database.js';
import { POLL_FRESHNESS, pollersOf } from './pollers.js';

export interface GuardedQueue {
  readonly client: Client;
  readonly namespace: string;
  readonly queue: string;
  /** What this worker reaches, by target. */
  readonly databases: ReadonlyMap<string, DatabaseIdentity>;
}

/** Milliseconds between two looks before the start, and while the worker runs. */
const BEFORE = 1_000;
const WHILE_RUNNING = 15_000;

/**
 * Makes sure that no other worker of the queue reaches another database. One that has just died still stands there: it is waited for until it
 * polls again, which settles it, or has not for a minute.
 * @throws EngineError `WRONG_DATABASE`
 */
export async function refuseOtherDatabases(guarded: GuardedQueue, onWait: (stranger: Stranger) => void): Promise<void> {
  const firstSeen = new Map<string, number>();
  for (const since = Date.now(); Date.now() - since < 2 * POLL_FRESHNESS;) {
    const strangers = await look(guarded);
    if (strangers.length === 0) return;
    for (const stranger of strangers) {
      const { identity, seen, alive } = stranger.poller;
      if (!firstSeen.has(identity)) onWait(stranger);
      const before = firstSeen.get(identity) ?? seen;
      if (alive || seen !== before) throw otherDatabase(stranger);
      firstSeen.set(identity, before);
    }
    await sleep(BEFORE);
  }
}

/**
 * Looks again and again while the worker runs: two may have come at the same time. The later one gives way.
 * @param since when this worker came, in milliseconds since 1970
 * @throws EngineError `WRONG_DATABASE`; ends without an error when `signal` is aborted
 */
export async function watchQueue(guarded: GuardedQueue, since: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(WHILE_RUNNING, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    // Temporal may be away for a while; the worker goes on asking it too.
    const strangers = await look(guarded).catch(() => []);
    const earlier = strangers.find(({ poller }) => poller.worker!.since < since);
    if (earlier) throw otherDatabase(earlier);
  }
}

async function look({ client, namespace, queue, databases }: GuardedQueue): Promise<Stranger[]> {
  return strangersAmong(await pollersOf(client, namespace, queue), databases);
}
