import type pg from 'pg';
import { EngineError } from '../../error.js';
import type { Backfill } from '../../files/backfill/backfill.js';
import type { Migration } from '../../files/migration.js';
import { writtenPlace } from '../../files/written.js';

/** A table as the catalog has it, with the key by which a backfill goes through it. */
export interface BackfillTable {
  readonly oid: number;
  /** As SQL, with its schema. */
  readonly name: string;
  readonly columns: readonly KeyColumn[];
  /** Rows, by its statistics. */
  readonly estimate: number;
}

export interface KeyColumn {
  readonly name: string;
  /** Its type as SQL, with its schema; of a domain the type below it. */
  readonly type: string;
  /** Whether its values may be shown: numbers, times, uuids. */
  readonly plain: boolean;
}

interface Facts {
  readonly oid: number | null;
  readonly name: string;
  readonly kind: string;
  readonly estimate: number;
  readonly columns:
    readonly (KeyColumn & { readonly known: boolean; readonly required: boolean; readonly generated: boolean })[] | null;
  readonly unique: boolean;
  readonly children: boolean;
  readonly rules: string | null;
  readonly triggers: string | null;
}

/**
 * Looks the table of a backfill up, under the search path that its statement has.
 * @throws EngineError `BACKFILL_UNFIT`
 */
export async function findTable(client: pg.Client, migration: Migration, backfill: Backfill): Promise<BackfillTable> {
  const { key, options } = backfill.directive;
  const { rows } = await client.query<Facts>(FACTS, [backfill.table, key, backfill.changed, EVENTS[backfill.statement.type]]);
  const { oid, kind, columns, unique, children, rules, triggers, ...table } = rows[0]!;
  const refuse = (what: string, next: string): EngineError => unfit(migration, backfill, what, next);
  if (oid === null)
    throw refuse(`there is no table ${backfill.table}`, 'Name a table that is there by now; an earlier migration may make it.');
  if (kind !== 'r' && kind !== 'p')
    throw refuse(
      `${table.name} is no table of this database`,
      'Name the table behind it: a view and a foreign table have no key to go by.',
    );
  const known = columns ?? [];
  const missing = key.find((name) => !known.some((column) => column.name === name));
  if (missing !== undefined)
    throw refuse(`${table.name} has no column ${missing}`, 'Name the columns of its primary key or of a unique index.');
  const nullable = known.find(({ required }) => !required);
  if (nullable) throw refuse(`${nullable.name} of ${table.name} may be NULL, and such a row is in no batch`, KEY_NEXT);
  const generated = known.find((column) => column.generated);
  if (generated) throw refuse(`${generated.name} of ${table.name} is generated from other columns, which may change`, KEY_NEXT);
  const odd = known.find((column) => !column.known);
  if (odd)
    throw refuse(`${odd.name} of ${table.name} has a type that is not PostgreSQL's own, whose order is not known`, KEY_NEXT);
  if (!unique) throw refuse(`${table.name} has no unique index on (${key.join(', ')})`, KEY_NEXT);
  if (children && backfill.source.withChildren && kind === 'r')
    throw refuse(
      `${table.name} has tables that inherit from it, whose keys may repeat its own`,
      'Write ONLY before its name, and a backfill for each of them.',
    );
  if (rules !== null)
    throw refuse(
      `the rule ${rules} rewrites what is done to a table of this statement`,
      'Drop the rule first, or run the statement without the directive.',
    );
  if (triggers !== null && !options.allow?.includes('triggers'))
    throw refuse(
      `the statement trigger ${triggers} would run once for each batch`,
      'Where that is fine, write allow=triggers behind the key; otherwise run the statement without the directive.',
    );
  return { oid, ...table, columns: known.map(({ name, type, plain }) => ({ name, type, plain })) };
}

const KEY_NEXT =
  'Go by the primary key, or by another unique key whose columns are NOT NULL; a table without one cannot be gone through in batches.';

/** The refusal of a statement that the grammar lets pass. */
export function unfit(migration: Migration, { statement }: Backfill, what: string, next: string): EngineError {
  const place = writtenPlace(migration, statement.start);
  return new EngineError('BACKFILL_UNFIT', 'blocked', `${place.file}:${place.line}: ${what}`, {
    next,
    place,
    version: migration.version,
  });
}

/** Bits of pg_trigger.tgtype; an INSERT may update where it conflicts. */
const EVENTS: Readonly<Record<string, number>> = { InsertStmt: 4 + 16, DeleteStmt: 8, UpdateStmt: 16 };

/** Everything is qualified: it runs under the user's search path. */
const FACTS = `
  with named as (select pg_catalog.to_regclass($1::pg_catalog.text)::pg_catalog.oid as oid,
    pg_catalog.to_regclass($3::pg_catalog.text)::pg_catalog.oid as changed),
  keys as (select k.name, k.place from pg_catalog.unnest($2::pg_catalog.text[]) with ordinality k (name, place)),
  columns as (
    select a.attnum, k.place, k.name, a.attnotnull, a.attgenerated operator(pg_catalog.<>) ''::pg_catalog."char" as generated,
           b.oid as type, b.typname, n.nspname, b.typtype, b.typcategory
    from named join pg_catalog.pg_attribute a on a.attrelid operator(pg_catalog.=) named.oid and not a.attisdropped
      join keys k on a.attname::pg_catalog.text operator(pg_catalog.=) k.name
      join pg_catalog.pg_type t on t.oid operator(pg_catalog.=) a.atttypid
      join pg_catalog.pg_type b on b.oid operator(pg_catalog.=) case when t.typtype operator(pg_catalog.=) 'd'::pg_catalog."char" then t.typbasetype else t.oid end
      join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) b.typnamespace)
  select named.oid, pg_catalog.quote_ident(s.nspname) operator(pg_catalog.||) '.'::pg_catalog.text operator(pg_catalog.||) pg_catalog.quote_ident(c.relname) as name, c.relkind::pg_catalog.text as kind,
    (select coalesce(pg_catalog.sum(greatest(p.reltuples, 0)), 0)::pg_catalog.float8 from pg_catalog.pg_class p
     where p.oid operator(pg_catalog.=) c.oid or p.oid operator(pg_catalog.=) any (select t.relid::pg_catalog.oid from pg_catalog.pg_partition_tree(c.oid::pg_catalog.regclass) t where t.isleaf)) as estimate,
    (select pg_catalog.json_agg(pg_catalog.json_build_object('name', k.name, 'type', pg_catalog.format('%I.%I', k.nspname, k.typname),
        'required', k.attnotnull, 'generated', k.generated,
        'known', k.typtype operator(pg_catalog.=) 'e'::pg_catalog."char" or k.nspname operator(pg_catalog.=) 'pg_catalog'::pg_catalog.name,
        'plain', k.typcategory operator(pg_catalog.=) any ('{N,D,T}'::pg_catalog."char"[]) or k.typname operator(pg_catalog.=) 'uuid'::pg_catalog.name) order by k.place)
     from columns k) as columns,
    exists (select from pg_catalog.pg_index i
      join pg_catalog.pg_class ic on ic.oid operator(pg_catalog.=) i.indexrelid
      join pg_catalog.pg_am m on m.oid operator(pg_catalog.=) ic.relam and m.amname operator(pg_catalog.=) 'btree'::pg_catalog.name
      where i.indrelid operator(pg_catalog.=) c.oid and i.indisunique and i.indisvalid and i.indpred is null
        and (select pg_catalog.array_agg(u.attnum order by u.place) from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality u (attnum, place) where u.place operator(pg_catalog.<=) i.indnkeyatts)
          operator(pg_catalog.=) (select pg_catalog.array_agg(k.attnum order by k.place) from columns k)) as unique,
    exists (select from pg_catalog.pg_inherits h where h.inhparent operator(pg_catalog.=) c.oid) as children,
    (select r.rulename::pg_catalog.text from pg_catalog.pg_rewrite r where r.ev_class operator(pg_catalog.=) named.changed and r.ev_type operator(pg_catalog.<>) '1'::pg_catalog."char" limit 1) as rules,
    (select t.tgname::pg_catalog.text from pg_catalog.pg_trigger t where t.tgrelid operator(pg_catalog.=) named.changed and not t.tgisinternal
       and t.tgenabled operator(pg_catalog.<>) 'D'::pg_catalog."char" and (t.tgtype::pg_catalog.int4 operator(pg_catalog.&) 1) operator(pg_catalog.=) 0
       and (t.tgtype::pg_catalog.int4 operator(pg_catalog.&) $4::pg_catalog.int4) operator(pg_catalog.>) 0 limit 1) as triggers
  from named left join pg_catalog.pg_class c on c.oid operator(pg_catalog.=) named.oid
    left join pg_catalog.pg_namespace s on s.oid operator(pg_catalog.=) c.relnamespace`;
