import { Client, Connection } from '@temporalio/client';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Customer, type Waits } from '../bench/customer.js';
import { createDatabase } from '../src/embedded/postgres.js';
import { temporaryDirectory } from '../test/support/directory.js';
import { startProgram, type Program } from './program.js';
import type { Servers } from './servers.js';
import type { Tally } from './tally.js';

export interface BackfillChaos {
  readonly main: string;
  readonly servers: Servers;
  readonly random: () => number;
  readonly tally: Tally;
  /** Of the table. */
  readonly rows: number;
  /** Whether the build is a broken one: then more workers die where that shows. */
  readonly broken: boolean;
  /** Milliseconds since 1970 after which nothing is disturbed any more. */
  readonly until: number;
}

/** What one backfill after the other did to the table and to those who use it. */
export interface BackfillResult {
  readonly backfills: number;
  readonly batches: number;
  readonly vacuums: number;
  /** Of the application, outside of the times in which a worker stood still; and within them. */
  readonly waits: Waits;
  readonly paused: Waits;
  /** Share by which one backfill made the table larger, at most. */
  readonly growth: number;
  /** Share by which the table is larger after all of them than its rows, written anew, are. */
  readonly bloat: number;
  readonly events: number;
  readonly hours: number;
}

/** Milliseconds until a backfill must have ended when nothing is disturbed any more. */
const CALM = 300_000;

const CONFIG = `targets:
  fill:
    database: { env: DB }
    lockTimeout: 1s
    stages: [{ migrate: migrations }]
`;
const FIRST = 'create table items (id int primary key, n int not null default 0, clicks int not null default 0, note text);';
const POINTS = ['before-batch', 'in-batch', 'after-batch'];

/**
 * Lets one backfill after the other add 1 to each row of a table while workers, sessions, PostgreSQL, Temporal and the command line are
 * killed, and looks after each whether every row was changed exactly once.
 */
export async function disturbBackfills(chaos: BackfillChaos): Promise<BackfillResult> {
  const { main, servers, random, tally, rows, until, broken } = chaos;
  const place = temporaryDirectory();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(place.directory, path)), { recursive: true });
    writeFileSync(join(place.directory, path), text);
  };
  const url = await createDatabase(servers.postgres.url, 'fill');
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    DB: url,
    USER: 'chaos',
    NO_COLOR: '1',
  };
  write('pawl.config.yaml', CONFIG);
  write('migrations/1_items.sql', FIRST);
  const start = (args: string[], more: NodeJS.ProcessEnv = {}): Program =>
    startProgram(main, args, place.directory, { ...env, ...more });
  const first = start(['deploy', '--direct']);
  if ((await first.ended) !== 0) throw new Error(`the undisturbed deploy failed:\n${first.output()}`);
  await ask(url, `insert into items (id, note) select i, repeat('x', i % 90) from generate_series(1, ${rows}) i`);
  await ask(url, 'vacuum analyze items');

  const [customer, unlucky] = [new Customer(url, 'items', rows), new Customer(url, 'items', rows)];
  await unlucky.rest();
  const began = Date.now();
  const killed = new Set<Program>();
  let [backfills, growth, bloat, events] = [0, 0, 0, 0];
  while (Date.now() < until && tally.anomalies.length === 0) {
    backfills += 1;
    const before = await sizeOf(url, 'items');
    const version = backfills + 1;
    write(`migrations/${version}_fill.sql`, '-- pawl:backfill items by id\nupdate items set n = n + 1;\n');
    const spawn = (): Program => {
      const point =
        random() < (broken ? 0.7 : 0.2)
          ? `${broken ? 'in-batch' : POINTS[Math.floor(random() * POINTS.length)]!}#${1 + Math.floor(random() * (broken ? 2 : 8))}`
          : undefined;
      const worker = start(['worker'], point ? { PAWL_CRASH_AT: point } : {});
      if (point)
        void worker.ended.then(
          (code) => code === null && !over && !killed.has(worker) && tally.count(`SIGKILL ${point.split('#')[0]!}`),
        );
      return worker;
    };
    let over = false;
    const workers = [spawn(), spawn()];
    const supervising = (async () => {
      while (!over) {
        for (const [at, worker] of workers.entries()) if (!worker.alive()) workers[at] = spawn();
        await sleep(100);
      }
    })();
    let cli = start(['deploy']);
    let finished = false;
    const following = (async () => {
      for (;;) {
        const code = await cli.ended;
        if (code === 0 || over) return;
        if (code === 3) {
          tally.anomalies.push(`backfill ${backfills} is blocked:\n${cli.output().slice(-2_000)}`);
          return;
        }
        await sleep(300);
        cli = start(['deploy']);
      }
    })().finally(() => (finished = true));
    const victim = { workers, killed, cli: () => cli, servers, random, url, customer, unlucky };
    while (!finished && Date.now() < until) {
      await sleep(100 + random() * 900);
      if (finished) break;
      const what = await disturb(victim).catch((error: unknown) => {
        process.stderr.write(`  (${(error as Error).message})\n`);
        return undefined;
      });
      if (what) tally.count(what);
    }
    if (!(await Promise.race([following.then(() => true), sleep(CALM, false)])))
      tally.anomalies.push(`backfill ${backfills} did not end within ${CALM / 1_000} s of calm:\n${cli.output().slice(-2_000)}`);
    over = true;
    for (const program of [...workers, cli]) program.signal('SIGKILL');
    await supervising;
    for (const worker of workers) worker.signal('SIGKILL');
    tally.deploys += 1;
    if (tally.anomalies.length > 0) break;
    tally.anomalies.push(...(await findWrong(url, rows, backfills)));
    growth = Math.max(growth, (await sizeOf(url, 'items')) / before - 1);
    bloat = await bloatOf(url);
    process.stderr.write(`backfill ${backfills}: ${tally.kills} kills so far, ${tally.anomalies.length} anomalies\n`);
  }
  const hours = (Date.now() - began) / 3_600_000;
  const [waits, paused] = [await customer.stop(), await unlucky.stop()];
  if (tally.anomalies.length === 0) events = await eventsOf(servers);
  const counts = await ask<{ batches: number; vacuums: number; failed: number; taken: number }>(
    url,
    `select sum(batches)::int as batches, sum(vacuums)::int as vacuums,
       (select count(*)::int from pawl.events where kind = 'migration.failed') as failed,
       (select count(*)::int from pawl.events where kind = 'lease.taken-over') as taken from pawl.backfills`,
  );
  const { batches, vacuums, failed, taken } = counts[0]!;
  [tally.retries, tally.takeOvers] = [failed, taken];
  if (tally.anomalies.length === 0) await place.remove();
  return { backfills, batches, vacuums, waits, paused, growth, bloat, events, hours };
}

interface Victim {
  readonly workers: readonly Program[];
  /** Workers that did not die by themselves. */
  readonly killed: Set<Program>;
  readonly cli: () => Program;
  readonly servers: Servers;
  readonly random: () => number;
  readonly url: string;
  readonly customer: Customer;
  readonly unlucky: Customer;
}

async function disturb({ workers, killed, cli, servers, random, url, customer, unlucky }: Victim): Promise<string | undefined> {
  const worker = workers[Math.floor(random() * workers.length)]!;
  const dice = random();
  if (dice < 0.45) {
    killed.add(worker);
    worker.signal('SIGKILL');
    return 'SIGKILL of a worker';
  }
  if (dice < 0.62) {
    const pid = await sessionOf(url);
    if (pid === undefined) return undefined;
    process.kill(pid, 'SIGKILL');
    return 'SIGKILL of a session';
  }
  if (dice < 0.7) {
    const pid = await sessionOf(url);
    if (pid === undefined) return undefined;
    await ask(url, `select pg_terminate_backend(${pid})`);
    return 'pg_terminate_backend of a session';
  }
  if (dice < 0.82) {
    cli().signal('SIGKILL');
    return 'SIGKILL of the command line';
  }
  if (dice < 0.88) {
    await servers.restartPostgres('kill');
    return 'SIGKILL of PostgreSQL';
  }
  if (dice < 0.93) {
    await servers.restartTemporal('SIGKILL');
    return 'SIGKILL of Temporal';
  }
  if (dice < 0.96) {
    worker.signal('SIGTERM');
    return 'SIGTERM of a worker';
  }
  if (dice < 0.98) {
    await terminate(servers);
    return 'termination of the workflow';
  }
  // Longer than a heartbeat may be late: another worker continues by then, and what this one has left in a batch is to be refused.
  await customer.rest();
  unlucky.work();
  worker.signal('SIGSTOP');
  await sleep(9_000);
  worker.signal('SIGCONT');
  await unlucky.rest();
  customer.work();
  return 'SIGSTOP of a worker, past its heartbeat';
}

async function sessionOf(url: string): Promise<number | undefined> {
  const rows = await ask<{ pid: number }>(
    url,
    `select pid from pg_stat_activity where datname = current_database() and application_name ~ '^pawl:' order by random() limit 1`,
  );
  return rows[0]?.pid;
}

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'chaos' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function withTemporal<T>({ temporalAddress }: Servers, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: temporalAddress, connectTimeout: 3_000 });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

const terminate = (servers: Servers): Promise<unknown> =>
  withTemporal(servers, (client) => client.workflow.getHandle('deploy/fill').terminate('chaos'));

/** Events in the histories of all runs. */
function eventsOf(servers: Servers): Promise<number> {
  return withTemporal(servers, async (client) => {
    let events = 0;
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = 'deploy/fill'` }))
      events += (await client.workflow.getHandle('deploy/fill', runId).describe()).historyLength;
    return events;
  });
}

/** What is not as a backfill that nobody disturbed would have left it. */
async function findWrong(url: string, rows: number, backfills: number): Promise<string[]> {
  const [found] = await ask<{
    all: number;
    wrong: number;
    least: number;
    most: number;
    applied: number;
    noted: number;
    intents: number;
  }>(
    url,
    `select count(*)::int as all, count(*) filter (where n <> ${backfills})::int as wrong, min(n) as least, max(n) as most,
       (select count(*)::int from pawl.applied_migrations) as applied,
       (select count(*)::int from pawl.backfills where rows = ${rows} and finished_at is not null) as noted,
       (select count(*)::int from pawl.intents) as intents
     from items`,
  );
  const { all, wrong, least, most, applied, noted, intents } = found!;
  const say = (what: string): string => `backfill ${backfills}: ${what}`;
  return [
    ...(wrong === 0 && all === rows
      ? []
      : [say(`${wrong} of ${all} rows were not changed exactly once: from ${least} to ${most} times in ${backfills}`)]),
    ...(applied === backfills + 1 ? [] : [say(`${applied} migrations are applied`)]),
    ...(noted === backfills ? [] : [say(`the ledger has ${noted} finished backfills of ${rows} rows`)]),
    ...(intents === 0 ? [] : [say(`${intents} entries are left in the journal`)]),
  ];
}

/** By how much the table is larger than its rows, written anew, are. */
async function bloatOf(url: string): Promise<number> {
  await ask(url, 'create table compact (like items); insert into compact select * from items');
  const share = (await sizeOf(url, 'items')) / (await sizeOf(url, 'compact')) - 1;
  await ask(url, 'drop table compact');
  return share;
}

async function sizeOf(url: string, table: string): Promise<number> {
  const [found] = await ask<{ size: number }>(url, `select pg_relation_size('${table}')::float8 as size`);
  return found!.size;
}
