import { chownSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import type { Check } from '../../src/cli/doctor/check.js';
import { checkDatabase } from '../../src/cli/doctor/database.js';
import { postgresAccount } from '../../src/embedded/postgres-account.js';
import { makeCertificates } from '../support/certificates.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { temporaryDirectory } from '../support/directory.js';
import { migration, stageOf, targetOf } from '../support/engine.js';
import { startPgbouncer } from '../support/pgbouncer.js';
import { createPrivatePostgres } from '../support/private-postgres.js';

const stages = [stageOf([migration('1', 'create table a (id int);')])];
const place = temporaryDirectory();
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());
afterAll(() => place.remove());

/** What doctor says of the database behind an address, by subject. */
async function doctor(url: string): Promise<Record<string, Check>> {
  const checks = await checkDatabase(targetOf({ url }), stages);
  return Object.fromEntries(checks.map((check) => [check.subject, check]));
}

const fine = (found: RegExp) => ({ state: 'fine', found: expect.stringMatching(found) as string });

it('a plain server: all is well', async () => {
  const found = await doctor(database.url);
  expect(found).toMatchObject({
    database: fine(new RegExp(`${database.name} on 127\\.0\\.0\\.1.*reached directly`)),
    user: fine(/^postgres$/),
    'new objects': fine(/schema public/),
    encryption: fine(/none; the server is on this machine/),
    connections: fine(/no limit/),
    'server tells': fine(/everything/),
    rights: fine(/may write the ledger/),
    ledger: fine(/none yet/),
    plan: fine(/0 applied, 1 pending/),
  });
});

it('a server with TLS: whether its certificate is verified', async () => {
  const server = await createPrivatePostgres();
  try {
    const files = makeCertificates(place.directory);
    const account = postgresAccount();
    if (account) for (const file of Object.values(files.server)) chownSync(file, account.uid, account.gid);
    for (const [name, value] of Object.entries({ ssl_cert_file: files.server.cert, ssl_key_file: files.server.key, ssl: 'on' }))
      await server.query(`alter system set ${name} = '${value}'`);
    await server.query('select pg_reload_conf()');
    const address = (more: string): string => server.url.replace('127.0.0.1', 'localhost') + more;
    expect((await doctor(address(`?sslmode=verify-full&sslrootcert=${files.root}`)))['encryption']).toMatchObject(
      fine(/TLSv1\.[23].*is verified/),
    );
    expect((await doctor(address('?sslmode=require')))['encryption']).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/TLSv1\.[23].*is not verified/) as string,
      cure: expect.stringContaining('verify-full') as string,
    });
    expect((await doctor(address(`?sslmode=verify-full&sslrootcert=${files.otherRoot}`)))['database']).toMatchObject({
      state: 'failing',
      found: expect.stringMatching(/certificate/) as string,
    });
  } finally {
    await server.remove();
  }
});

it.each([
  ['session', { database: fine(/through a pooler in session mode/), plan: fine(/1 pending/) }],
  ['transaction', { database: { state: 'failing', found: expect.stringMatching(/transaction mode/) as string } }],
])('PgBouncer in %s mode', async (mode, wanted) => {
  const pooler = await startPgbouncer(database.url, mode);
  try {
    expect(await doctor(pooler.url)).toMatchObject(wanted);
  } finally {
    await pooler.stop();
  }
});

it('a role that may do little: each right that is missing, with its cure', async () => {
  const role = `little_${process.pid}`;
  await database.query(`create role ${role} login password 'x' connection limit 1; revoke all on schema public from public`);
  try {
    const url = Object.assign(new URL(database.url), { username: role, password: 'x' }).href;
    const tight = await doctor(url);
    expect(Object.values(tight).filter(({ state }) => state === 'failing')).not.toEqual([]);
    await database.query(`alter role ${role} connection limit -1`);
    expect(await doctor(url)).toMatchObject({
      user: fine(new RegExp(role)),
      'new objects': { state: 'warning', found: expect.stringMatching(/no schema of the search path/) as string },
      rights: { state: 'failing', cure: expect.stringContaining('CREATE SCHEMA') as string },
    });
  } finally {
    await database.query(`drop owned by ${role}; drop role ${role}`);
  }
});

it('a server like Aurora, which keeps its WAL to itself: said once, and all else is well', async () => {
  await database.query(`set allow_system_table_mods = on;
    alter function pg_catalog.pg_current_wal_lsn() rename to original_of_test;
    create function pg_catalog.pg_current_wal_lsn() returns pg_lsn language plpgsql as
    $$ begin raise exception using errcode = '55000', message = 'wal_level must be set to ''logical'''; end $$`);
  const found = await doctor(database.url);
  expect(found['server tells']).toMatchObject({
    state: 'warning',
    found: expect.stringMatching(/all but its timeline/) as string,
  });
  expect(Object.values(found).filter(({ state }) => state !== 'fine')).toHaveLength(1);
});
