import type pg from 'pg';
import type { Catalog } from '../catalog/catalog.js';

/** Tables that have rows, quoted and in order; those of a partitioned table are its own. */
export async function tablesWithRows(client: pg.Client, catalog: Catalog): Promise<string[]> {
  const tables = catalog.objects.filter(({ kind }) => kind === 'table').map(({ identity }) => identity);
  const found: string[] = [];
  for (const table of tables) {
    const { rows } = await client.query<{ kind: string; filled: boolean }>(
      `select relkind as kind, case when relkind in ('r', 'p') then exists (select from only ${table}) else false end as filled
       from pg_catalog.pg_class where oid = $1::regclass`,
      [table],
    );
    if (rows[0]?.filled) found.push(table);
  }
  return found.sort();
}

/** A fingerprint of all rows of a table, whatever their order, and where its sequences stand. */
export async function rowsOf(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ print: string }>(
    `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as print from only ${table} t`,
  );
  const sequences = await client.query<{ name: string }>(
    `select objid::regclass::text as name from pg_catalog.pg_depend d join pg_catalog.pg_class c on c.oid = d.objid and c.relkind = 'S'
     where d.refobjid = $1::regclass and d.deptype in ('a', 'i') order by 1`,
    [table],
  );
  const positions: string[] = [];
  for (const { name } of sequences.rows) {
    const position = await client.query<{ at: string }>(`select last_value || ' ' || is_called as at from ${name}`);
    positions.push(`${name} ${position.rows[0]!.at}`);
  }
  return [rows[0]!.print, ...positions].join(', ');
}
