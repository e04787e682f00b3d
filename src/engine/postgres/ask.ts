import type pg from 'pg';
import { CLOSED_PATH } from './settings.js';

/**
 * Asks for one row of expressions on a session whose path is not ours: nothing that lies in it is found while they are worked out, and the
 * session keeps it. Outside of a transaction, in one message.
 * @example await ask<{ pid: number }>(client, ['pg_catalog.pg_backend_pid() as pid'])
 */
export async function ask<Row>(client: pg.Client, expressions: readonly string[]): Promise<Row> {
  const answers: unknown = await client.query(`set local ${CLOSED_PATH}; select ${expressions.join(', ')}`);
  return (answers as readonly pg.QueryResult[])[1]!.rows[0] as Row;
}
