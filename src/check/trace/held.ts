import type pg from 'pg';
import type { LockMode } from './lock-mode.js';

/** What this session holds of one relation, and what it has done to it in the open transaction. */
export interface Held {
  readonly oid: string;
  readonly modes: readonly LockMode[];
  /** pg_class.relfilenode; null for what has none, and for a relation that this transaction dropped. */
  readonly file: string | null;
  readonly exists: boolean;
  /** Sequential scans, counted since the statistics were last reported; that happens between transactions only. */
  readonly scans: number;
}

/** Relations locked by this session now, system catalogs and toast tables left out. Takes no lock on them. */
export async function readHeld(client: pg.Client): Promise<Held[]> {
  const { rows } = await client.query<Held>(
    `select l.relation::text as oid, array_agg(distinct l.mode) as modes, c.oid is not null as exists,
            pg_relation_filenode(c.oid)::text as file, pg_stat_get_xact_numscans(l.relation)::int as scans
     from pg_catalog.pg_locks l
     left join pg_catalog.pg_class c on c.oid = l.relation
     where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted and l.relation >= 16384
     group by l.relation, c.oid`,
  );
  return rows;
}

/** Sequential scans that are counted already when a transaction begins, by oid: what earlier ones did and nobody has been told yet. */
export async function readScans(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ oid: string; scans: number }>(
    `select oid::text, scans from (select c.oid, pg_stat_get_xact_numscans(c.oid)::int as scans from pg_catalog.pg_class c
     where c.oid >= 16384 and c.relkind in ('r', 'm')) counted where scans > 0`,
  );
  return new Map(rows.map(({ oid, scans }) => [oid, scans]));
}
