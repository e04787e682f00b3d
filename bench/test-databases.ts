import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres } from '../src/embedded/postgres.js';
import { smallMigrations } from './migrations.js';
import { pawlProject, write } from './project.js';
import type { Servers } from './servers.js';
import { median, table } from './timing.js';

const TESTS = 200;
const PROCESSES = 8;

/** Each way gets a database, connects and drops it. */
const WAYS = {
  'bare `CREATE DATABASE`, nothing in it': `async (server, name) => { await server.query('create database ' + name); return [url(name), () => server.query('drop database ' + name + ' with (force)')]; }`,
  '`testDatabase()`': `async () => { const made = await testDatabase({ url: process.env.SERVER }); return [made.url, made.drop]; }`,
  'migrating each (one connection, one transaction per file)': `async (server, name) => {
    await server.query('create database ' + name);
    const client = new pg.Client({ connectionString: url(name) });
    await client.connect();
    for (const file of readdirSync('migrations').sort()) await client.query('begin;' + readFileSync('migrations/' + file, 'utf8') + ';commit');
    await client.end();
    return [url(name), () => server.query('drop database ' + name + ' with (force)')]; }`,
};

const program = (way: string): string => `
  import { readdirSync, readFileSync } from 'node:fs';
  import pg from ${JSON.stringify(join(import.meta.dirname, '../node_modules/pg/esm/index.mjs'))};
  import { testDatabase } from ${JSON.stringify(join(import.meta.dirname, '../dist/library/testing.js'))};
  const url = (name) => Object.assign(new URL(process.env.SERVER), { pathname: '/' + name }).href;
  const make = ${way};
  const server = new pg.Client({ connectionString: process.env.SERVER });
  await server.connect();
  const times = [];
  for (let test = 0; test < ${TESTS / PROCESSES}; test += 1) {
    const started = performance.now();
    const [address, drop] = await make(server, 'bench_' + process.pid + '_' + test);
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    times.push(performance.now() - started);
    await client.end();
    await drop();
  }
  await server.end();
  console.log(JSON.stringify(times));`;

/** 200 tests in 8 processes at once, each with a database of its own, on a server that flushes nothing. */
export async function testDatabases(servers: Servers, n: number): Promise<string> {
  const postgres = await startPostgres({ directory: join(servers.directory, 'test-postgres'), durable: false });
  try {
    const { directory } = await pawlProject(servers, smallMigrations(n));
    const rows: (string | number)[][] = [];
    for (const [name, way] of Object.entries(WAYS)) {
      write(directory, { 'program.mjs': program(way) });
      const started = performance.now();
      const times = (await Promise.all(Array.from({ length: PROCESSES }, () => run(directory, postgres.url)))).flat();
      const seconds = (performance.now() - started) / 1000;
      rows.push([name, seconds.toFixed(1), median(times).toFixed(0), Math.max(...times).toFixed(0)]);
    }
    const titles = ['', `${TESTS} tests, seconds`, 'one database, median ms', 'longest, ms'];
    return `## Databases for ${TESTS} tests in ${PROCESSES} processes, ${n} migrations\n\n${table(titles, rows)}`;
  } finally {
    await postgres.stop();
  }
}

async function run(cwd: string, server: string): Promise<number[]> {
  const child = spawn(process.execPath, ['program.mjs'], {
    cwd,
    env: { ...process.env, SERVER: server, BENCH_DATABASE_URL: server },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(said);
  return JSON.parse(said) as number[];
}
