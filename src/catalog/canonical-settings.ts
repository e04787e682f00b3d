import type pg from 'pg';

/** Settings that change how PostgreSQL prints definitions. With an empty search_path every name that is not built in is qualified. */
const SETTINGS = {
  search_path: '',
  quote_all_identifiers: 'off',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
};

/**
 * Runs `read` with settings under which the same definition is always the same text, and then puts the transaction's own back. Call it in a
 * transaction: nothing of it outlives that, since the session may belong to a pool.
 * When `read` fails they stay: its transaction is aborted.
 */
export async function withCanonicalSettings<T>(client: pg.ClientBase, read: () => Promise<T>): Promise<T> {
  const calls = Object.keys(SETTINGS).map((name, index) => `pg_catalog.set_config('${name}', $${index + 1}, true)`);
  await client.query('savepoint canonical');
  await client.query(`select ${calls.join(', ')}`, Object.values(SETTINGS));
  const result = await read();
  await client.query('rollback to savepoint canonical; release savepoint canonical');
  return result;
}
