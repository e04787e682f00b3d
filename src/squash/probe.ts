import type pg from 'pg';
import { isServerError } from '../engine/postgres/sqlstate.js';

/** What a table does with a row: `inserted; an update changes updated_at`, or the SQLSTATE and constraint that refuse it. */
export type Behaviour = ReadonlyMap<string, string>;

interface Column {
  readonly name: string;
  /** An expression that gives it a value; null leaves it to its default. */
  readonly value: string | null;
}

/**
 * Probes each table: puts a row of plain values in, updates it without a change, and looks which columns a trigger changed. All is
 * rolled back. Foreign keys are taken off for that time: what they refer to is not there.
 * @param emptied tables that lose their rows for that time
 */
export async function probeTables(client: pg.Client, tables: readonly string[], emptied: readonly string[]): Promise<Behaviour> {
  const behaviour = new Map<string, string>();
  await client.query('begin');
  try {
    await client.query(WITHOUT_FOREIGN_KEYS);
    if (emptied.length > 0) await client.query(`truncate only ${emptied.join(', only ')}`);
    for (const table of tables) {
      await client.query('savepoint probe');
      behaviour.set(table, await probe(client, table).catch(refusal));
      await client.query('rollback to probe');
    }
    return behaviour;
  } finally {
    await client.query('rollback');
  }
}

const WITHOUT_FOREIGN_KEYS = `do $$ declare k record; begin
  for k in select conrelid::regclass as tab, conname from pg_catalog.pg_constraint where contype = 'f' and conparentid = 0 loop
    execute format('alter table %s drop constraint %I', k.tab, k.conname);
  end loop; end $$`;

/** A row, and where it is. */
interface Row {
  readonly tableoid: string;
  readonly ctid: string;
  readonly [column: string]: unknown;
}

async function probe(client: pg.Client, table: string): Promise<string> {
  const columns = (await readColumns(client, table)).filter(({ value }) => value !== null);
  const list = columns.map(({ name }) => name).join(', ');
  const values = columns.map(({ value }) => value).join(', ');
  const insert = columns.length === 0 ? 'default values' : `(${list}) values (${values})`;
  const before = await client.query<Row>(`insert into ${table} ${insert} returning tableoid::regclass, ctid, *`);
  const [row] = before.rows;
  if (!row) return 'a trigger or rule takes the row away';
  const [first] = columns;
  if (!first) return 'inserted';
  const after = await client.query<Row>(
    `update only ${row.tableoid} set ${first.name} = ${first.name} where ctid = $1 returning *`,
    [row.ctid],
  );
  const updated = { ...after.rows[0], tableoid: row.tableoid, ctid: row.ctid };
  const changed = Object.keys(row).filter((name) => JSON.stringify(row[name]) !== JSON.stringify((updated as Row)[name]));
  return changed.length === 0 ? 'inserted' : `inserted; an update changes ${changed.join(', ')}`;
}

function refusal(error: unknown): string {
  if (!isServerError(error)) throw error;
  const { code, constraint, column } = error;
  return ['refused', code, constraint ?? column].filter(Boolean).join(' ');
}

/** Times lie in the past, so that a trigger that sets one to now is seen; what is generated or has a default is left to it. */
async function readColumns(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select quote_ident(a.attname) as name,
            case when a.attgenerated <> '' or a.attidentity <> '' then null
                 when b.typcategory = 'D' and b.typname not in ('time', 'timetz') then format('''2000-01-01''::%s', format_type(b.oid, null))
                 when a.atthasdef then null
                 when b.typtype = 'e' then (select quote_literal(enumlabel) from pg_catalog.pg_enum where enumtypid = b.oid order by enumsortorder limit 1)
                 when b.typtype in ('r', 'm') then '''empty''' when b.typname = 'uuid' then 'gen_random_uuid()'
                 when b.typname in ('json', 'jsonb') then '''{}''' when b.typname = 'bytea' then '''\\x''' when b.typname in ('time', 'timetz') then '''00:00'''
                 else case b.typcategory when 'N' then '1' when 'S' then '''x''' when 'B' then 'true' when 'A' then '''{}''' when 'T' then '''1 second'''
                   when 'I' then '''127.0.0.1''' else null end end as value
     from pg_catalog.pg_attribute a
     cross join lateral (with recursive base as (
       select t.* from pg_catalog.pg_type t where t.oid = a.atttypid union all
       select t.* from pg_catalog.pg_type t join base d on d.typtype = 'd' and t.oid = d.typbasetype) select * from base where typtype <> 'd') b
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [table],
  );
  return rows;
}
