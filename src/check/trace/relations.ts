import type pg from 'pg';
import type { Surface } from '../facts/surface.js';

/** A relation that was there before the deploy, by the name it had then. */
export interface Relation {
  /** Stays through renames. */
  readonly oid: string;
  /** Schema and name, quoted where SQL needs it: `public.orders`. */
  readonly name: string;
  /** As in pg_class.relkind: r table, p partitioned table, m materialized view, v view, S sequence, f foreign table, i and I index. */
  readonly kind: string;
  /** For an index: the oid of its table; otherwise the relation's own. */
  readonly table: string;
}

/** The relations before the deploy by oid, and the file in which each one's rows are now (another file: it was rewritten). */
export interface Relations {
  readonly known: ReadonlyMap<string, Relation>;
  readonly files: Map<string, string | null>;
  /** Types and functions of before the deploy, by oid. */
  readonly others: ReadonlySet<string>;
  /** What applications could use before the deploy, and what they can use now; read when a statement first adds or takes away names. */
  readonly surface: { first?: Surface; now?: Surface };
}

interface Row extends Relation {
  readonly file: string | null;
}

/** Reads all relations of the users, without temporary ones. */
export async function readRelations(client: pg.Client): Promise<Relations> {
  const rows = await readRows(client);
  const { rows: others } = await client.query<{ oid: string }>(
    `select oid::text from pg_catalog.pg_type where oid >= 16384 union all select oid::text from pg_catalog.pg_proc where oid >= 16384`,
  );
  return {
    known: new Map(rows.map(({ oid, name, kind, table }) => [oid, { oid, name, kind, table }])),
    files: new Map(rows.map(({ oid, file }) => [oid, file])),
    others: new Set(others.map(({ oid }) => oid)),
    surface: {},
  };
}

/** Tables of which an index by one of these names has another file than before: there may be a table of the same name in another schema. */
export async function readBuilt(
  client: pg.Client,
  built: readonly { readonly index: string; readonly table: string }[],
  { files }: Relations,
): Promise<Set<string>> {
  if (built.length === 0) return new Set();
  const { rows } = await client.query<{ oid: string; table: string; file: string | null }>(
    `select c.oid::text, i.indrelid::text as table, pg_catalog.pg_relation_filenode(c.oid)::text as file
     from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) b(index, "table")
     join pg_catalog.pg_class t on t.relname = b.table
     join pg_catalog.pg_index i on i.indrelid = t.oid
     join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relname = b.index`,
    [built.map(({ index }) => index), built.map(({ table }) => table)],
  );
  return new Set(rows.filter(({ oid, file }) => files.get(oid) !== file).map(({ table }) => table));
}

/** In which file the rows of each relation are now. */
export async function readFiles(client: pg.Client): Promise<Map<string, string | null>> {
  return new Map((await readRows(client)).map(({ oid, file }) => [oid, file]));
}

async function readRows(client: pg.Client): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `select c.oid::text, format('%I.%I', n.nspname, c.relname) as name, c.relkind::text as kind,
            coalesce(i.indrelid, c.oid)::text as table, pg_relation_filenode(c.oid)::text as file
     from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     left join pg_catalog.pg_index i on i.indexrelid = c.oid
     where c.relpersistence <> 't' and c.relkind in ('r', 'p', 'm', 'v', 'S', 'f', 'i', 'I')
       and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  return rows;
}
