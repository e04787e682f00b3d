import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker, timePawl, type Bench } from './pawl.js';
import { emptyProject, pawlProject, write } from './project.js';
import { timePsql } from './psql.js';
import { readUsage, reportUsage } from './resources.js';
import type { Servers } from './servers.js';
import { median, table } from './timing.js';

const TABLE = 'create table seed (n int, note text);\n';
const NOTE = 'Größe, naïveté und façade: '.padEnd(92, 'é');

/** Large files as pg_dump and people write them. */
const FILES: Record<string, () => string> = {
  '200,000 INSERTs with accents': () =>
    TABLE + Array.from({ length: 200_000 }, (_, n) => `insert into seed values (${n}, '${NOTE.slice(0, 50)}');\n`).join(''),
  'one INSERT': () =>
    `${TABLE}insert into seed values\n${Array.from({ length: 580_000 }, (_, n) => `(${n}, '${NOTE.slice(0, 62)}')`).join(',\n')};\n`,
};

/** Large files through Temporal beside psql: time, memory, how long no heartbeat comes, and how long a cancel takes. */
export async function large(servers: Servers, repetitions: number): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const [name, write] of Object.entries(FILES)) {
    const sql = write();
    const results: Measured[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) results.push(await measure(servers, sql));
    const figure = (key: keyof Measured, digits = 1): string => median(results.map((result) => result[key])).toFixed(digits);
    const ratio = median(results.map(({ psql, pawl }) => pawl / psql)).toFixed(2);
    const megabytes = (Buffer.byteLength(sql) / 1e6).toFixed(0);
    rows.push([
      name,
      megabytes,
      figure('psql'),
      figure('pawl'),
      ratio,
      figure('mib', 0),
      figure('gap'),
      figure('psqlCancel'),
      figure('cancel'),
    ]);
  }
  return `### Large files\n\n${table(
    [
      '',
      'MB',
      'psql, s',
      'pawl deploy, s',
      'x psql',
      'worker: memory at most, MiB',
      'longest gap between heartbeats, s',
      'psql: from Ctrl-C to the end, s',
      'pawl: from a cancel to the end, s',
    ],
    rows,
  )}`;
}

interface Measured {
  readonly psql: number;
  readonly pawl: number;
  readonly mib: number;
  readonly gap: number;
  readonly psqlCancel: number;
  readonly cancel: number;
}

async function measure(servers: Servers, sql: string): Promise<Measured> {
  const psql = await timePsql(servers, [sql]);
  const bench = await pawlProject(servers, [sql]);
  const worker = await startWorker(bench, reportUsage(join(bench.directory, 'worker')));
  const watching = new AbortController();
  const gap = longestGap(bench, watching.signal);
  const pawl = await timePawl(bench, 'deploy');
  watching.abort();
  await worker.end();
  const { mib } = readUsage(join(bench.directory, 'worker'));
  return { psql, pawl, mib, gap: await gap, psqlCancel: await interrupted(servers, sql), cancel: await cancelled(servers, sql) };
}

async function withHandle<T>({ servers, target }: Bench, work: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: servers.temporal.address });
  try {
    return await work(new Client({ connection }).workflow.getHandle(`deploy/${target}`));
  } finally {
    await connection.close();
  }
}

/** Heartbeats as the Temporal server has them, in milliseconds since 1970, of the activity that has any. */
async function lastHeartbeat(handle: WorkflowHandle): Promise<number | undefined> {
  const { raw } = await handle.describe().catch(() => ({ raw: undefined }));
  const times = (raw?.pendingActivities ?? []).flatMap(({ lastHeartbeatTime: at }) =>
    at ? [Number(at.seconds) * 1000 + Number(at.nanos ?? 0) / 1e6] : [],
  );
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** Seconds without a heartbeat, at most, from the first one of an activity to its end. */
function longestGap(bench: Bench, signal: AbortSignal): Promise<number> {
  return withHandle(bench, async (handle) => {
    let longest = 0;
    let last: number | undefined;
    while (!signal.aborted) {
      const now = await lastHeartbeat(handle);
      if (now !== undefined && last !== undefined) longest = Math.max(longest, now - last, Date.now() - now);
      last = now;
      await sleep(50);
    }
    return longest / 1000;
  });
}

/** Waits until the server works on an INSERT of the file, and then so long that it is in the midst of it. */
async function underWay(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const look = `select from pg_stat_activity where datname = current_database() and state = 'active' and query ~ '^\\s*insert into seed|;\\s*insert into seed'`;
  while ((await client.query(look)).rowCount === 0) await sleep(10);
  await client.end();
  await sleep(500);
}

/** Seconds from Ctrl-C in psql to its end: what the server itself takes to hear a cancel, since it parses to the end first. */
async function interrupted(servers: Servers, sql: string): Promise<number> {
  const { directory, url } = await emptyProject(servers, 'psql');
  write(directory, { 'all.sql': `begin;\n${sql}commit;\n` });
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', join(directory, 'all.sql'), url], { stdio: 'ignore' });
  const ended = once(psql, 'close');
  await underWay(url);
  const started = performance.now();
  psql.kill('SIGINT');
  await ended;
  return (performance.now() - started) / 1000;
}

/** Seconds from a cancel to the end of the workflow. */
async function cancelled(servers: Servers, sql: string): Promise<number> {
  const bench = await pawlProject(servers, [sql]);
  const worker = await startWorker(bench);
  const deploy = timePawl(bench, 'deploy', '--detach').catch(() => 0);
  const seconds = await withHandle(bench, async (handle) => {
    await underWay(bench.url);
    const started = performance.now();
    await handle.cancel();
    await handle.result().catch(() => undefined);
    return (performance.now() - started) / 1000;
  });
  await deploy;
  await worker.end();
  return seconds;
}
