import type pg from 'pg';
import { qualified } from '../postgres/quote.js';
import type { LegacyTracker, TrackerShape } from './tool.js';

export interface FoundTable {
  readonly schema: string;
  readonly table: string;
  /** Column name to type, as format_type() words it. */
  readonly columns: Readonly<Record<string, string>>;
}

/** Tables with these names, in one schema or in any. Temporary and system schemas are left out. */
export async function findTables(client: pg.Client, names: readonly string[], schema: string | undefined): Promise<FoundTable[]> {
  const { rows } = await client.query<FoundTable>(
    `select n.nspname as schema, c.relname as table, jsonb_object_agg(a.attname, pg_catalog.format_type(a.atttypid, null)) as columns
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relname = any($1) and c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and ($2::text is null or n.nspname = $2)
     group by 1, 2 order by 1, 2`,
    [names, schema ?? null],
  );
  return rows;
}

/** Whether a table is the tracker of a tool, by its columns and by what lies beside it. */
export function fits(found: FoundTable, shape: TrackerShape, all: readonly FoundTable[]): boolean {
  const wanted = Object.entries(shape.columns);
  if (!wanted.every(([name, type]) => type.test(found.columns[name] ?? ''))) return false;
  if (shape.only && Object.keys(found.columns).length !== wanted.length) return false;
  const { beside } = shape;
  return !beside || all.some(({ schema, table }) => schema === found.schema && table === beside.table) === beside.there;
}

/** The tracker's name as SQL. */
export const relation = ({ schema, table }: Pick<LegacyTracker, 'schema' | 'table'>): string => qualified(schema, table);
