import type { DatabaseUrl } from '../engine/address.js';
import { read } from '../engine/postgres/read.js';
import type { Statistics } from './report.js';

/**
 * Reads the size of every relation of the users, and nothing else: no names of columns, no rows. Row counts are PostgreSQL's estimate.
 * @throws EngineError `CONNECT_*`
 */
export async function readStatistics(url: DatabaseUrl): Promise<Statistics> {
  return read(url, 'pawl:stats', async (client) => {
    const { rows } = await client.query<{ name: string; bytes: string; rows: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name, sum(pg_table_size(part.relid))::text as bytes,
              greatest(sum(p.reltuples), 0)::bigint::text as rows
       from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       cross join lateral (
         select relid from pg_catalog.pg_partition_tree(c.oid) where isleaf
         union select c.oid where c.relkind in ('r', 'm', 'i')) part
       join pg_catalog.pg_class p on p.oid = part.relid
       where c.relpersistence <> 't' and c.relkind in ('r', 'p', 'm', 'i')
         and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
       group by 1 order by 1`,
    );
    return Object.fromEntries(rows.map((row) => [row.name, { bytes: Number(row.bytes), rows: Number(row.rows) }]));
  });
}
