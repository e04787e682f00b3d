import { identifier, literal } from '../../postgres/quote.js';
import type { KeyValues } from '../../ledger/backfills.js';
import type { BatchContext } from './context.js';
import type { BackfillTable, KeyColumn } from './table.js';

/** The condition of a range of keys: behind `low`, where there is one, and up to `high`. */
export function rangeOf(
  columns: readonly KeyColumn[],
  column: (name: string) => string,
  low: KeyValues | null,
  high: KeyValues | null,
): string {
  const terms = [...(low ? [compared(columns, column, '>', low)] : []), ...(high ? [compared(columns, column, '<=', high)] : [])];
  return terms.join(' and ');
}

/** Operators are PostgreSQL's own, whatever lies in the search path. */
function compared(columns: readonly KeyColumn[], column: (name: string) => string, operator: string, values: KeyValues): string {
  const row = (each: readonly string[]): string => (each.length === 1 ? each[0]! : `row(${each.join(', ')})`);
  const literals = columns.map(({ type }, n) => `${literal(values[n])}::${type}`);
  return `${row(columns.map(({ name }) => column(name)))} operator(pg_catalog.${operator}) ${row(literals)}`;
}

/** The table for queries of our own, under the alias `b`, with the rows that the statement goes through. */
const fromTable = ({ table, backfill }: BatchContext): string => `${backfill.source.withChildren ? '' : 'only '}${table.name} b`;
const own = (column: string): string => `b.${identifier(column)}`;
const orderOf = ({ columns }: BackfillTable, direction: 'asc' | 'desc'): string =>
  columns.map(({ name }) => `${own(name)} ${direction}`).join(', ');
const textsOf = ({ columns }: BackfillTable): string => columns.map(({ name }) => `${own(name)}::pg_catalog.text`).join(', ');

/** Where a batch ends, and how many rows of the table it has: at its last row, or at the end of the pass where fewer are left. */
export async function batchEnd(
  context: BatchContext,
  { cursor, upto }: { readonly cursor: KeyValues | null; readonly upto: KeyValues | null },
  size: number,
): Promise<{ high: KeyValues; seen: number }> {
  const { session, table } = context;
  const rows = `${fromTable(context)} where ${rangeOf(table.columns, own, cursor, upto)}`;
  const last = await session.client.query<{ high: KeyValues }>(
    `select pg_catalog.json_build_array(${textsOf(table)}) as high from ${rows} order by ${orderOf(table, 'asc')} limit 1 offset ${size - 1}`,
  );
  if (last.rows[0]) return { high: last.rows[0].high, seen: size };
  const rest = await session.client.query<{ count: string }>(`select pg_catalog.count(*) as count from ${rows}`);
  return { high: upto!, seen: Number(rest.rows[0]!.count) };
}

/** The last key of the table; null where it has no rows. */
export function lastKey(context: BatchContext): Promise<KeyValues | null> {
  return greatest(context, '');
}

/** The last key before another one; null where that is the first. */
export function keyBefore(context: BatchContext, key: KeyValues): Promise<KeyValues | null> {
  return greatest(context, `where ${compared(context.table.columns, own, '<', key)}`);
}

async function greatest(context: BatchContext, where: string): Promise<KeyValues | null> {
  const { session, table } = context;
  const { rows } = await session.client.query<{ key: KeyValues }>(
    `select pg_catalog.json_build_array(${textsOf(table)}) as key from ${fromTable(context)} ${where} order by ${orderOf(table, 'desc')} limit 1`,
  );
  return rows[0]?.key ?? null;
}

/** The first key whose row the condition of the statement still matches; undefined where there is none. */
export async function firstRemaining({ session, backfill, table }: BatchContext): Promise<KeyValues | undefined> {
  const keys = table.columns.map(({ name }, n) => ({ column: backfill.column(name), name: `k${n}` }));
  const remaining = backfill.remaining!(keys.map(({ column, name }) => `${column} as ${name}`).join(', '));
  const { rows } = await session.client.query<{ first: KeyValues }>(
    `select pg_catalog.json_build_array(${keys.map(({ name }) => `l.${name}::pg_catalog.text`).join(', ')}) as first
     from (${remaining}) l order by ${keys.map(({ name }) => `l.${name}`).join(', ')} limit 1`,
  );
  return rows[0]?.first;
}
