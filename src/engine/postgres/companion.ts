import type pg from 'pg';
import type { DatabaseUrl } from '../address.js';
import { closeClient, dropAfter } from './close.js';
import { open } from './open.js';

/** Milliseconds within which the server answers a question, or the network counts as cut. */
const ANSWER_WITHIN = 10_000;

/**
 * The second connection of a deploy, beside the one that works: it observes, cancels, tells whether the server still answers, and shows that
 * the process lives. It is opened when it is first used. A role with `CONNECTION LIMIT 2` is enough for a deploy because there is only one.
 */
export interface Companion {
  /** Work takes turns; a connection that was lost is opened anew. @throws as `open`, and whatever the work throws */
  use<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Runs on the connection, and on each that replaces it, before any other work. */
  onOpen(work: (client: pg.Client) => Promise<void>): Promise<void>;
  /** Closes the connection, unless somebody else in this process uses it too. */
  release(): Promise<void>;
}

interface Shared {
  users: number;
  client?: pg.Client | undefined;
  turn: Promise<unknown>;
  readonly openers: Set<(client: pg.Client) => Promise<void>>;
}

/** By what the caller has for an address: one deploy has one. */
const companions = new Map<DatabaseUrl, Shared>();

/** The companion of a database in this process. Release it. */
export function companionOf(url: DatabaseUrl): Companion {
  const shared = companions.get(url) ?? { users: 0, turn: Promise.resolve(), openers: new Set() };
  companions.set(url, shared);
  shared.users += 1;
  const own = new Set<(client: pg.Client) => Promise<void>>();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = shared.turn.then(work);
    shared.turn = turn.catch(() => undefined);
    return turn;
  };
  return {
    use: (work) => inTurn(async () => ask(await connected(url, shared), work)),
    onOpen: (work) =>
      inTurn(async () => {
        const before = shared.client;
        own.add(work);
        shared.openers.add(work);
        const client = await connected(url, shared);
        if (client === before) await ask(client, work);
      }),
    async release() {
      for (const work of own) shared.openers.delete(work);
      shared.users -= 1;
      if (shared.users > 0) return;
      companions.delete(url);
      await inTurn(async () => {
        if (shared.client) await closeClient(shared.client);
      });
    },
  };
}

async function connected(url: DatabaseUrl, shared: Shared): Promise<pg.Client> {
  if (shared.client) return shared.client;
  const client = await open(url, 'pawl:observer');
  client.once('end', () => {
    if (shared.client === client) shared.client = undefined;
  });
  try {
    for (const work of shared.openers) await ask(client, work);
  } catch (error) {
    await closeClient(client);
    throw error;
  }
  shared.client = client;
  return client;
}

async function ask<T>(client: pg.Client, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const disarm = dropAfter(client, ANSWER_WITHIN);
  try {
    return await work(client);
  } finally {
    disarm();
  }
}
