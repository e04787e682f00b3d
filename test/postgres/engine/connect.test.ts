import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../src/embedded/free-port.js';
import { connect } from '../../../src/engine/postgres/connect.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, stageOf, targetOf } from '../../support/engine.js';
import { requireProgram } from '../../support/program.js';
import { waitFor } from '../../support/wait.js';

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

it('a user who may not use the ledger of another role hears who may', async () => {
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
    next: expect.stringContaining('owns the ledger') as string,
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

/** A pooler of its own in front of a database; PgBouncer refuses to run as root. */
async function startPgbouncer(url: string, mode: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const program = requireProgram('pgbouncer');
  const { hostname, port, username, password, pathname } = new URL(url);
  const directory = mkdtempSync(join(tmpdir(), 'pawl-bouncer-'));
  const listen = await freePort();
  const name = pathname.slice(1);
  writeFileSync(join(directory, 'users.txt'), `"${username}" "${password}"\n`);
  writeFileSync(
    join(directory, 'pgbouncer.ini'),
    `[databases]\n${name} = host=${hostname} port=${port} dbname=${name}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${listen}\nauth_type = plain\nauth_file = ${join(directory, 'users.txt')}\npool_mode = ${mode}\ndefault_pool_size = 5\nunix_socket_dir =\n`,
  );
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  if (user) {
    for (const path of [directory, join(directory, 'users.txt'), join(directory, 'pgbouncer.ini')])
      chownSync(path, user.uid, user.gid);
  }
  chmodSync(directory, 0o755);
  const child: ChildProcess = spawn(program, [join(directory, 'pgbouncer.ini')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
  await waitFor(() => /process up/.test(said) || (child.exitCode !== null && Promise.reject(new Error(said))), {
    what: 'pgbouncer is up',
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const through = new URL(url);
  through.host = `127.0.0.1:${listen}`;
  return {
    url: through.href,
    async stop() {
      child.kill('SIGTERM');
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
