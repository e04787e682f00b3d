import type pg from 'pg';
import type { AdoptSettings } from '../target.js';

export interface FoundTable {
  readonly schema: string;
  readonly table: string;
  /** Column name to type, as format_type() words it. */
  readonly columns: Readonly<Record<string, string>>;
}

/** Tables with a name, in the schema that the settings name or in any. Our own temporary and system schemas are left out. */
export async function findTables(client: pg.Client, table: string, settings: AdoptSettings): Promise<FoundTable[]> {
  const { rows } = await client.query<FoundTable>(
    `select n.nspname as schema, c.relname as table, jsonb_object_agg(a.attname, format_type(a.atttypid, null)) as columns
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relname = $1 and c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and ($2::text is null or n.nspname = $2)
     group by 1, 2 order by 1`,
    [settings.table ?? table, settings.schema ?? null],
  );
  return rows;
}

/** Whether a table has columns of these types. */
export function hasColumns(found: FoundTable, wanted: Readonly<Record<string, RegExp>>): boolean {
  return Object.entries(wanted).every(([name, type]) => type.test(found.columns[name] ?? ''));
}

/** A try-lock on a session advisory key, as the legacy tools take it; undefined when it is held. */
export async function tryAdvisory(client: pg.Client, key: bigint): Promise<(() => Promise<void>) | undefined> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1::bigint) as locked', [key.toString()]);
  if (!rows[0]!.locked) return undefined;
  return async () => {
    await client.query('select pg_advisory_unlock($1::bigint)', [key.toString()]);
  };
}
