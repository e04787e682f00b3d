import type pg from 'pg';
import { open } from '../postgres/connect.js';
import { LOCK_CLASS, lockKey } from '../ledger/lock-key.js';

/** Held by a process that deploys without Temporal for as long as it lives; a free one means that its lease is left over. */
const PRESENCE_CLASS = LOCK_CLASS + 1;

/** Shows this process to others until the returned function is called. The connection stays idle outside any transaction. */
export async function holdPresence(url: string, deployId: string): Promise<() => Promise<void>> {
  const client = await open(url, 'pawl:presence');
  await client.query('select pg_try_advisory_lock($1, $2)', [PRESENCE_CLASS, lockKey(deployId)]);
  return () => client.end();
}

export async function presenceHeld(client: pg.Client, deployId: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    `select exists (select from pg_catalog.pg_locks where locktype = 'advisory' and objsubid = 2 and classid = $1 and objid::bigint = $2
       and database = (select oid from pg_catalog.pg_database where datname = current_database())) as held`,
    [PRESENCE_CLASS, lockKey(deployId) >>> 0],
  );
  return rows[0]!.held;
}
