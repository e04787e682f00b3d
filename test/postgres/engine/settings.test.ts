import type pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect } from '../../../src/engine/postgres/connect.js';
import { applySettings, resetStatements } from '../../../src/engine/postgres/settings.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const OURS = { application: 'pawl:test', lockTimeout: 1500, statementTimeout: 4000 };

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const show = async (client: pg.Client, name: string): Promise<string> => {
  const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [name]);
  return rows[0]!.value;
};

it('a reset gives back our settings and takes away what a migration has left', async () => {
  const session = await connect({ url: database.url, ...OURS });
  const { client, settings } = session;
  try {
    await client.query(
      `set lock_timeout = 0; set search_path = nowhere; set application_name = 'other'; prepare something as select`,
    );
    await client.query(resetStatements(settings));
    expect(await show(client, 'lock_timeout')).toBe('1500ms');
    expect(await show(client, 'statement_timeout')).toBe('4s');
    expect(await show(client, 'idle_in_transaction_session_timeout')).toBe('30s');
    expect(await show(client, 'client_connection_check_interval')).toBe('2s');
    expect(await show(client, 'application_name')).toBe('pawl:test');
    expect(await show(client, 'search_path')).toBe('pg_catalog, pg_temp');
    expect((await client.query('select from pg_prepared_statements')).rowCount).toBe(0);
  } finally {
    await session.close();
  }
});

/** As a server whose platform does not know a setting of the socket answers: the same statement with a value that ours refuses. */
function refusing(client: pg.Client, name: string): Pick<pg.Client, 'query'> {
  const query = (text: string) => client.query(text.replace(new RegExp(`set ${name} = '[^']*'`), `set ${name} = '-7'`));
  return { query: query as pg.Client['query'] };
}

it('a server that does not know a setting of the socket does without it, before and after a reset', async () => {
  const session = await connect({ url: database.url, ...OURS });
  const { client } = session;
  try {
    await client.query('reset all');
    const taken = await applySettings(refusing(client, 'client_connection_check_interval'), OURS, {});
    expect(taken).not.toHaveProperty('client_connection_check_interval');
    await client.query(resetStatements(taken));
    expect(await show(client, 'lock_timeout')).toBe('1500ms');
    expect(await show(client, 'client_connection_check_interval')).toBe('0');
  } finally {
    await session.close();
  }
});

it('a setting that a deploy needs is not done without', async () => {
  const session = await connect({ url: database.url, ...OURS });
  const { client } = session;
  try {
    await expect(applySettings(refusing(client, 'lock_timeout'), OURS, {})).rejects.toMatchObject({ code: '22023' });
  } finally {
    await session.close();
  }
});
