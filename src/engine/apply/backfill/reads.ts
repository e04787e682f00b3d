import type pg from 'pg';
import { namesIn } from '../../files/backfill/names.js';
import type { Backfill } from '../../files/backfill/backfill.js';
import { readsItself } from '../../files/backfill/unfit.js';
import type { Migration } from '../../files/migration.js';
import { unfit } from './table.js';

interface Seen {
  readonly itself: string | null;
  readonly aggregate: string | null;
  readonly function: string | null;
}

/**
 * Refuses a statement that depends on more than the rows of a batch in a way that only the catalog shows: it reads the table that it
 * changes through a view, a partition or a parent of it; it calls an aggregate; it calls a function of the user's, which may read anything.
 * @throws EngineError `BACKFILL_UNFIT`
 */
export async function refuseReads(client: pg.Client, migration: Migration, backfill: Backfill): Promise<void> {
  const { tables, functions, called } = namesIn(backfill.statement);
  const { rows } = await client.query<Seen>(SEEN, [backfill.changed, tables, JSON.stringify(functions), JSON.stringify(called)]);
  const { itself, aggregate, function: own } = rows[0]!;
  if (itself !== null) {
    const { what, next } = readsItself(`${backfill.changed} (as ${itself})`, backfill.statement.type === 'InsertStmt');
    throw unfit(migration, backfill, what, next);
  }
  if (aggregate !== null)
    throw unfit(
      migration,
      backfill,
      `${aggregate}(...) is over all rows of the SELECT, not over those of a batch`,
      'Its result depends on all rows at once: run it as a migration of its own, without the directive.',
    );
  if (own !== null && !backfill.directive.options.allow?.includes('functions'))
    throw unfit(
      migration,
      backfill,
      `what the function ${own} reads cannot be seen: where that is the table, a batch sees what the batches before it have done`,
      'Where it reads nothing that the statement changes, declare it IMMUTABLE or write allow=functions behind the key.',
    );
}

/** Everything is qualified: it runs under the user's search path, and asks it what a name means. */
const SEEN = `
  with recursive changed as (select pg_catalog.to_regclass($1::pg_catalog.text)::pg_catalog.oid as oid),
  below as (
    select oid from changed union
    select h.inhrelid from pg_catalog.pg_inherits h join below b on h.inhparent operator(pg_catalog.=) b.oid),
  above as (
    select oid from changed union
    select h.inhparent from pg_catalog.pg_inherits h join above a on h.inhrelid operator(pg_catalog.=) a.oid),
  read as (
    select t.name, pg_catalog.to_regclass(t.name)::pg_catalog.oid as oid from pg_catalog.unnest($2::pg_catalog.text[]) t (name) union
    select read.name, d.refobjid from read
      join pg_catalog.pg_rewrite r on r.ev_class operator(pg_catalog.=) read.oid
      join pg_catalog.pg_depend d on d.objid operator(pg_catalog.=) r.oid and d.classid operator(pg_catalog.=) 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        and d.refclassid operator(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass),
  meant as (
    select p.*, n.nspname, f.kind
    from (select 'any' as kind, x.* from pg_catalog.json_to_recordset($3::pg_catalog.json) x (schema pg_catalog.text, name pg_catalog.text)
          union all select 'row', x.* from pg_catalog.json_to_recordset($4::pg_catalog.json) x (schema pg_catalog.text, name pg_catalog.text)) f
      join pg_catalog.pg_proc p on p.proname::pg_catalog.text operator(pg_catalog.=) f.name
      join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) p.pronamespace
        and (n.nspname::pg_catalog.text operator(pg_catalog.=) f.schema or (f.schema is null and pg_catalog.pg_function_is_visible(p.oid))))
  select
    (select read.name from read where read.oid operator(pg_catalog.=) any (select oid from below union select oid from above) limit 1) as itself,
    (select m.proname::pg_catalog.text from meant m where m.kind operator(pg_catalog.=) 'row'
       and m.prokind operator(pg_catalog.=) any ('{a,w}'::pg_catalog."char"[]) limit 1) as aggregate,
    (select m.proname::pg_catalog.text from meant m where m.nspname operator(pg_catalog.<>) 'pg_catalog'::pg_catalog.name
       and m.prokind operator(pg_catalog.=) 'f'::pg_catalog."char" and m.provolatile operator(pg_catalog.<>) 'i'::pg_catalog."char"
       and not exists (select from pg_catalog.pg_depend e where e.objid operator(pg_catalog.=) m.oid
         and e.classid operator(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass and e.deptype operator(pg_catalog.=) 'e'::pg_catalog."char") limit 1) as function`;
