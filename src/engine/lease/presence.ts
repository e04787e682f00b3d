import type pg from 'pg';
import { LOCK_CLASS, lockKey } from '../ledger/lock-key.js';
import type { DatabaseUrl } from '../address.js';
import { companionOf } from '../postgres/companion.js';
import { refusedPooler, routeOf } from '../postgres/pooler.js';
import { withClient } from '../postgres/with-client.js';

/** Held by a process that deploys without Temporal for as long as it lives; a free one means that its lease is left over. */
const PRESENCE_CLASS = LOCK_CLASS + 1;

/**
 * Shows this process to others until the returned function is called: by a lock on the second connection of the deploy, which is idle
 * outside any transaction. A connection that is lost is replaced at its next use, and shows the process again.
 * @throws EngineError `CONNECT_*`; behind a pooler in transaction mode nothing is locked, since the lock would stay in the pool
 */
export async function holdPresence(url: DatabaseUrl, deployId: string): Promise<() => Promise<void>> {
  const companion = companionOf(url);
  try {
    await companion.onOpen(async (client) => {
      await refuseTransactionPooler(client, url);
      await client.query('set idle_session_timeout = 0; set idle_in_transaction_session_timeout = 0');
      await client.query('select pg_catalog.pg_try_advisory_lock($1::pg_catalog.int4, $2::pg_catalog.int4)', [
        PRESENCE_CLASS,
        lockKey(deployId),
      ]);
    });
  } catch (error) {
    await companion.release();
    throw error;
  }
  return () => companion.release();
}

async function refuseTransactionPooler(client: pg.Client, url: DatabaseUrl): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  const route = await routeOf(client, rows[0]!.pid, (work) => withClient(url, 'pawl:probe', work));
  if (route === 'transaction pooler') throw refusedPooler();
}

export async function presenceHeld(client: pg.Client, deployId: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    `select exists (select from pg_catalog.pg_locks where locktype = 'advisory' and objsubid = 2 and classid = $1 and objid::bigint = $2
       and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())) as held`,
    [PRESENCE_CLASS, lockKey(deployId) >>> 0],
  );
  return rows[0]!.held;
}
