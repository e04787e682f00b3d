import type pg from 'pg';
import { available } from './table-lock.js';

/** Whether a tool's lock is a row that says so; false where it has no such table. `condition` and `table` are SQL of ours. */
export async function isRowLocked(client: pg.Client, table: string, condition: string, locking = ''): Promise<boolean> {
  const { rows: found } = await client.query<{ there: boolean }>('select pg_catalog.to_regclass($1) is not null as there', [
    table,
  ]);
  if (!found[0]!.there) return false;
  const { rows } = await client.query<{ locked: boolean }>(
    `select coalesce(${condition}, false) as locked from ${table} ${locking}`,
  );
  return rows.some(({ locked }) => locked);
}

/** Takes the row until the end of the transaction, so that the tool, which updates it, waits. @returns false when it is somebody's */
export async function tryRow(client: pg.Client, table: string, condition: string): Promise<boolean> {
  let locked = true;
  const got = await available(
    isRowLocked(client, table, condition, 'for update nowait').then((found) => {
      locked = found;
    }),
  );
  return got && !locked;
}
