import type pg from 'pg';
import { bytesText } from '../../../text/bytes.js';

/** Bytes by the name of an index, as SQL. */
export type IndexSizes = Readonly<Record<string, number>>;

/** An index that a backfill has made larger. */
export interface GrownIndex {
  /** As SQL. */
  readonly name: string;
  /** Bytes. */
  readonly before: number;
  readonly after: number;
}

/** What is worth a word: so much larger, and by so many bytes. */
const FACTOR = 1.3;
const BYTES = 1024 ** 2;

/** The indexes of a table with their sizes; of a partitioned table with those of all its partitions. Works under any search path. */
export async function indexSizes(client: pg.Client, table: string): Promise<IndexSizes> {
  const { rows } = await client.query<{ sizes: IndexSizes }>(SIZES, [table]);
  return rows[0]!.sizes;
}

const SIZES = `
  select coalesce(pg_catalog.json_object_agg(pg_catalog.format('%I.%I', n.nspname, c.relname),
    coalesce((select pg_catalog.sum(pg_catalog.pg_relation_size(t.relid)) from pg_catalog.pg_partition_tree(c.oid::pg_catalog.regclass) t where t.isleaf),
      pg_catalog.pg_relation_size(c.oid::pg_catalog.regclass))), '{}') as sizes
  from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid operator(pg_catalog.=) i.indexrelid
    join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
  where i.indrelid operator(pg_catalog.=) pg_catalog.to_regclass($1::pg_catalog.text)::pg_catalog.oid`;

/** Those that have grown by more than their rows: entries of rows that are dead by now. */
export function grownIndexes(before: IndexSizes, after: IndexSizes): GrownIndex[] {
  return Object.entries(after).flatMap(([name, size]) => {
    const earlier = before[name];
    return earlier !== undefined && size >= earlier * FACTOR && size - earlier >= BYTES
      ? [{ name, before: earlier, after: size }]
      : [];
  });
}

/** `index public.users_pkey grew from 43 MiB to 86 MiB: REINDEX INDEX CONCURRENTLY public.users_pkey; writes it anew`. */
export function growthText({ name, before, after }: GrownIndex): string {
  return `index ${name} grew from ${bytesText(before)} to ${bytesText(after)}: REINDEX INDEX CONCURRENTLY ${name}; writes it anew`;
}
