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
 * Runs `read` with settings under which the same definition is always the same text, and then puts the session's own back.
 * When `read` fails they stay: its transaction may be aborted, and a session that failed is not for use.
 */
export async function withCanonicalSettings<T>(client: pg.ClientBase, read: () => Promise<T>): Promise<T> {
  const names = Object.keys(SETTINGS);
  const { rows } = await client.query<Record<string, string>>(
    `select ${names.map((name) => `pg_catalog.current_setting('${name}') as "${name}"`).join(', ')}`,
  );
  await set(client, SETTINGS);
  const result = await read();
  await set(client, rows[0]!);
  return result;
}

async function set(client: pg.ClientBase, values: Record<string, string>): Promise<void> {
  const calls = Object.keys(values).map((name, index) => `pg_catalog.set_config('${name}', $${index + 1}, false)`);
  await client.query(`select ${calls.join(', ')}`, Object.values(values));
}
