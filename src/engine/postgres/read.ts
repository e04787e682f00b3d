import type pg from 'pg';
import type { DatabaseUrl } from '../address.js';
import { closeClient } from './close.js';
import { connectError } from './connect-error.js';
import { open } from './open.js';
import { CLOSED_PATH } from './settings.js';

/** Milliseconds that a reader waits for a lock, or is silent between two queries. */
const PATIENCE = 30_000;

/** All of it ends with the transaction: the session may belong to a pool, and its next user must find it as it was. */
const LOCALLY = [
  `set local lock_timeout = ${PATIENCE}`,
  `set local idle_in_transaction_session_timeout = ${PATIENCE}`,
  'set local statement_timeout = 0',
  `set local ${CLOSED_PATH}`,
  "set local datestyle = 'ISO'",
].join('; ');

/**
 * The door for everything that only reads: one read-only transaction on a connection of its own, which may lead to a standby or through
 * any pooler. Nothing of it is left on the session.
 * @param application its name in pg_stat_activity
 * @param isolation `repeatable read` sees the database as of one moment, and holds back VACUUM and CREATE INDEX CONCURRENTLY while it lasts
 * @throws EngineError `CONNECT_*`, and whatever the work throws
 */
export async function read<T>(
  url: DatabaseUrl,
  application: string,
  work: (client: pg.Client) => Promise<T>,
  isolation: 'read committed' | 'repeatable read' = 'read committed',
): Promise<T> {
  const client = await open(url, application);
  try {
    await client.query(`begin transaction isolation level ${isolation} read only; ${LOCALLY}`).catch((error: unknown) => {
      throw connectError(error);
    });
    const result = await work(client);
    await client.query('commit');
    return result;
  } finally {
    await closeClient(client);
  }
}
