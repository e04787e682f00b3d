import type pg from 'pg';
import { PLATFORM_SCHEMAS } from './platform.js';

/** What is in a database that nobody has deployed to yet. */
export interface Inventory {
  /** The first few relations, as `schema.name`. */
  readonly some: readonly string[];
  readonly count: number;
}

/** Tables, views and sequences of a project: those of extensions, of platforms and of the ledger left out. */
export async function inventory(client: pg.Client, ledger: string): Promise<Inventory> {
  const { rows } = await client.query<{ name: string; count: number }>(
    `select (n.nspname operator(pg_catalog.||) '.') operator(pg_catalog.||) c.relname as name, (pg_catalog.count(*) over ())::int as count
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname operator(pg_catalog.!~) '^(pg_|_timescaledb)'
       and n.nspname operator(pg_catalog.<>) 'information_schema' and n.nspname operator(pg_catalog.<>) $2
       and n.nspname operator(pg_catalog.<>) all ($1::name[])
       and not exists (select from pg_catalog.pg_depend d where d.classid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
         and d.objid operator(pg_catalog.=) c.oid and d.deptype operator(pg_catalog.=) 'e')
     order by 1 limit 3`,
    [PLATFORM_SCHEMAS, ledger],
  );
  return { some: rows.map(({ name }) => name), count: rows[0]?.count ?? 0 };
}
