import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postgresAccount } from '../../src/embedded/postgres-account.js';
import { createDatabase, dropDatabase, startPostgres } from '../../src/embedded/postgres.js';
import { commandLine, startOf } from '../../src/embedded/process-table.js';
import { temporaryDirectory } from '../support/directory.js';
import { waitFor } from '../support/wait.js';

const bin = process.env['PAWL_TEST_POSTGRES_BIN'];
let place: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  place = temporaryDirectory();
});
afterEach(async () => {
  await place.remove();
});

const start = (port?: number) => startPostgres({ directory: place.directory, durable: false, port, bin });

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

function postmaster(): number {
  return Number(readFileSync(join(place.directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Another process that uses the server until it is killed. */
async function otherUser(): Promise<{ kill: (signal: NodeJS.Signals) => Promise<void> }> {
  const child = fork(new URL('../support/hold-postgres.ts', import.meta.url), [place.directory, bin ?? ''], {
    execArgv: ['--import', 'tsx'],
  });
  await once(child, 'message');
  return {
    async kill(signal) {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

test('keeps its data from one start to the next, in UTF-8', async () => {
  const first = await start();
  expect(await rows(first.url, 'SHOW server_encoding')).toEqual([['UTF8']]);
  expect(await rows(first.url, 'SHOW max_connections')).toEqual([['200']]);
  await rows(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const pid = postmaster();
  await first.stop();
  expect(startOf(pid)).toBe('');

  const second = await start();
  expect(await rows(second.url, 'SELECT answer FROM kept')).toEqual([[42]]);
  expect(await rows(second.url, 'SHOW server_version')).toEqual([[expect.stringContaining(second.version)]]);
  await second.stop();
});

test('listens on the loopback only and asks for the password', async () => {
  const server = await start();
  expect(await rows(server.url, 'SHOW listen_addresses')).toEqual([['127.0.0.1']]);
  const stranger = new URL(server.url);
  stranger.password = 'guess';
  await expect(rows(stranger.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  await server.stop();
});

test("finds another place when PostgreSQL's account cannot enter the directory", async () => {
  chmodSync(place.directory, 0o700);
  const server = await start();
  // Only root hands the server to another account.
  expect(server.directory === place.directory).toBe(process.getuid?.() !== 0);
  await rows(server.url, 'CREATE TABLE kept ()');
  await server.stop();
  const again = await start();
  expect(await rows(again.url, "SELECT to_regclass('kept') IS NOT NULL")).toEqual([[true]]);
  await again.stop();
  await rm(again.directory, { recursive: true });
});

test('makes and drops databases', async () => {
  const server = await start();
  const url = await createDatabase(server.url, 'ord"ers ü');
  expect(await rows(url, 'SELECT current_database()')).toEqual([['ord"ers ü']]);
  const idle = new pg.Client({ connectionString: url });
  idle.on('error', () => undefined);
  await idle.connect();
  await dropDatabase(server.url, 'ord"ers ü');
  expect(await rows(server.url, "SELECT datname FROM pg_database WHERE datname LIKE 'ord%'")).toEqual([]);
  await server.stop();
});

test('takes another port when the wanted one is busy', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as { port: number };
  const server = await start(port);
  expect(server.port).not.toBe(port);
  await server.stop();
  squatter.close();
  await once(squatter, 'close');

  const again = await start(port);
  expect(again.port).toBe(port);
  await again.stop();
});

test('starts after a crash of the server, whoever has its process number now', async () => {
  const first = await start();
  await rows(first.url, 'CREATE TABLE kept ()');
  const pid = postmaster();
  process.kill(pid, 'SIGQUIT');
  await waitFor(() => startOf(pid) === '', { what: 'the end of the server' });
  // PostgreSQL takes a process of its own account for another server.
  const stranger = spawn('sleep', ['300'], { ...postgresAccount() });
  const file = join(place.directory, 'data', 'postmaster.pid');
  writeFileSync(file, `${stranger.pid ?? 0}\n${place.directory}/data\n0\n${first.port}\n`);

  const second = await start();
  expect(await rows(second.url, "SELECT to_regclass('kept') IS NOT NULL")).toEqual([[true]]);
  expect(commandLine(stranger.pid ?? 0)).toContain('sleep');
  stranger.kill();
  await second.stop();
  await first.stop();
});

test('two at once make one server, which ends with the last of them', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(two.url).toBe(one.url);
  await one.stop();
  await one.stop();
  expect(await rows(two.url, 'SELECT 1')).toEqual([[1]]);
  const pid = postmaster();
  await two.stop();
  expect(startOf(pid)).toBe('');
});

test('two processes at once make one server', async () => {
  const others = await Promise.all([otherUser(), otherUser()]);
  const pid = postmaster();
  const mine = await start();
  for (const other of others) await other.kill('SIGTERM');
  expect(await rows(mine.url, 'SELECT 1')).toEqual([[1]]);
  expect(postmaster()).toBe(pid);
  await mine.stop();
  expect(startOf(pid)).toBe('');
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with a process that %s ends', async (signal) => {
  const other = await otherUser();
  const pid = postmaster();
  await other.kill(signal);
  await waitFor(() => startOf(pid) === '', { what: 'the end of the server' });
});

test('the server of a killed process is taken over, and ended by whoever did', async () => {
  const other = await otherUser();
  const pid = postmaster();
  await other.kill('SIGKILL');
  expect(startOf(pid)).not.toBe('');

  const heir = await start();
  expect(postmaster()).toBe(pid);
  await heir.stop();
  expect(startOf(pid)).toBe('');
});

test('the server has none of our variables that SQL could read', async () => {
  const secret = 'PAWL_TEST_SECRET';
  process.env[secret] = 'hunter2';
  try {
    const server = await start();
    await rows(server.url, 'create table variables (line text)');
    await rows(server.url, "copy variables from program 'env'");
    const names = JSON.stringify(await rows(server.url, 'select line from variables'));
    expect(names).toContain('PATH=');
    expect(names).not.toMatch(/PAWL_|hunter2|npm_|VITEST/);
    await server.stop();
  } finally {
    Reflect.deleteProperty(process.env, secret);
  }
});
