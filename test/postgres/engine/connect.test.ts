import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/engine/postgres/connect.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, stageOf, targetOf } from '../../support/engine.js';
import { startPgbouncer } from '../../support/pgbouncer.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const attempt = (url: string) => connect({ url, application: 'pawl:test', lockTimeout: 1000 }).then((session) => session.close());

function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

describe('a connection that cannot be', () => {
  it.each([
    ['a wrong password', (url: URL) => (url.password = 'wrong'), { verdict: 'refused', sqlstate: '28P01' }],
    ['a database that is not there', (url: URL) => (url.pathname = '/nowhere'), { verdict: 'refused', sqlstate: '3D000' }],
    ['a host that is not there', (url: URL) => (url.hostname = 'no-such-host.invalid'), { verdict: 'refused' }],
    ['a port that nobody listens on', (url: URL) => (url.port = '1'), { verdict: 'retry' }],
  ])('is refused or tried again with the reason and without the password: %s', async (_, change, expected) => {
    const url = changed(change);
    const error: unknown = await attempt(url).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', ...expected });
    expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toContain(new URL(url).password);
  });
});

it('a user who may not use the ledger of another role hears where the missing rights are told', async () => {
  await database.query(
    `do $$ begin create role visitor login password 'visitor'; exception when duplicate_object then null; end $$`,
  );
  await begin(targetOf(database), [stageOf([])]);
  await database.query('update pawl.lease set released_at = now()');
  const visitor = changed((url) => {
    url.username = 'visitor';
    url.password = 'visitor';
  });
  await expect(begin(targetOf({ ...database, url: visitor }), [stageOf([])])).rejects.toMatchObject({
    code: 'CONNECT_PERMISSION',
    verdict: 'refused',
    next: expect.stringContaining('pawl grants --check') as string,
  });
});

it('a user who may not create the ledger hears what to grant, and nothing is left', async () => {
  await database.query(
    `do $$ begin create role visitor login password 'visitor'; exception when duplicate_object then null; end $$`,
  );
  const visitor = changed((url) => {
    url.username = 'visitor';
    url.password = 'visitor';
  });
  await expect(
    begin(targetOf({ ...database, url: visitor }), [stageOf([migration('1', 'create table a ();')])]),
  ).rejects.toMatchObject({
    code: 'CONNECT_PERMISSION',
    next: expect.stringMatching(/CREATE SCHEMA "pawl" AUTHORIZATION/) as string,
  });
});

describe('PgBouncer', () => {
  let bouncer: { url: string; stop: () => Promise<void> } | undefined;
  afterEach(async () => bouncer?.stop());

  it('in transaction mode is refused, and nothing is created', async () => {
    bouncer = await startPgbouncer(database.url, 'transaction');
    await expect(
      begin(targetOf({ ...database, url: bouncer.url }), [stageOf([migration('1', 'create table a ();')])]),
    ).rejects.toMatchObject({
      code: 'CONNECT_POOLER',
      verdict: 'refused',
    });
    expect(await database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
  });

  it('in session mode is fine', async () => {
    bouncer = await startPgbouncer(database.url, 'session');
    await deployAll(targetOf({ ...database, url: bouncer.url }), [stageOf([migration('1', 'create table a ();')])]);
    expect(await database.query(`select to_regclass('a') is not null as a`)).toEqual([{ a: true }]);
  });
});

it('the time to connect ends with the login: what runs after it may take longer', async () => {
  const url = changed(({ searchParams }) => searchParams.set('connect_timeout', '1'));
  const session = await connect({ url, application: 'pawl:test', lockTimeout: 1000 });
  try {
    await session.client.query('select pg_sleep(1.5)');
  } finally {
    await session.close();
  }
  await deployAll(targetOf({ ...database, url }), [stageOf([migration('1', 'select pg_sleep(1.5)')])]);
});
