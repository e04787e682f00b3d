import type pg from 'pg';
import type { PlanFinding } from '../finding.js';
import { buildersOf } from '../postgres/index-builds.js';

/** Indexes that a broken CREATE INDEX or REINDEX CONCURRENTLY left behind: they cost every write and help no query. Live builds are left out. */
export async function findInvalidIndexes(client: pg.Client): Promise<PlanFinding[]> {
  const { rows } = await client.query<{ index: string; table: string }>(
    `select i.indexrelid::regclass::text as index, i.indrelid::regclass::text as table
     from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relkind = 'i'
     where not (i.indisvalid and i.indisready and i.indislive) and c.relnamespace::regnamespace::text !~ '^pg_'
       and not exists (${buildersOf('i.indrelid', 'i.indexrelid')})
     order by 1`,
  );
  return rows.map(({ index, table }) => ({
    severity: 'warning',
    code: 'INVALID_INDEX',
    message: `index ${index} of ${table} is INVALID`,
    next: `If no migration of yours is building it: DROP INDEX CONCURRENTLY ${index}; and build it again.`,
  }));
}
