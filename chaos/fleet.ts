import { Client, Connection } from '@temporalio/client';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createDatabase } from '../src/embedded/postgres.js';
import { temporaryDirectory } from '../test/support/directory.js';
import { startProgram, type Program } from './program.js';
import type { Servers } from './servers.js';
import type { Tally } from './tally.js';

export interface FleetChaos {
  readonly main: string;
  readonly servers: Servers;
  readonly random: () => number;
  readonly tally: Tally;
  readonly rollouts: number;
  readonly members: number;
}

/** Milliseconds of disturbances in one rollout, and until it must have ended after them. */
const DISTURBED = 12_000;
const CALM = 180_000;

const CONFIG = `fleets:
  shops:
    database: { env: FLEET_URL }
    lockTimeout: 1s
    parallel: 8
    members: { file: members.txt }
    waves: [{ name: canary, limit: 4 }]
    stages: [{ migrate: migrations }]
`;

/** What each rollout brings: a transaction that lasts a while, steps that commit one by one, an index that is built outside of a transaction. */
const filesOf = (rollout: number): Record<string, string> => {
  const [first, second, third] = [rollout * 10 + 1, rollout * 10 + 2, rollout * 10 + 3];
  return {
    [`migrations/${first}_transaction.sql`]: `${effect(first)} create table made_${first} (); select pg_sleep(0.15);`,
    [`migrations/${second}_steps.sql`]: `-- pawl:no-transaction\n${effect(second)}\nselect pg_sleep(0.1);\n${effect(second)}`,
    [`migrations/${third}_index.sql`]: `create index concurrently items_${third} on items (n, id);`,
  };
};
const FIRST = 'create table effects (version int not null); create table items (id int, n int); insert into items values (1, 1);';
const effect = (version: number): string => `insert into effects (version) values (${version});`;

/** Rolls one release after the other out to the same members while workers, servers, sessions and rollouts are killed; then looks at each member. */
export async function disturbFleet({ main, servers, random, tally, rollouts, members }: FleetChaos): Promise<void> {
  const place = temporaryDirectory();
  const write = (files: Record<string, string>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(place.directory, path)), { recursive: true });
      writeFileSync(join(place.directory, path), text);
    }
  };
  const names = Array.from({ length: members }, (_, at) => `shop_${at + 1}`);
  const urls = new Map<string, string>();
  for (const name of names) urls.set(name, await createDatabase(servers.postgres.url, name));
  write({ 'pawl.config.yaml': CONFIG, 'members.txt': names.join('\n'), 'migrations/1_start.sql': FIRST });
  const template = new URL(servers.postgres.url);
  template.pathname = '/PLACE';
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    FLEET_URL: template.href.replace('PLACE', '{name}'),
    USER: 'chaos',
    NO_COLOR: '1',
  };
  const start = (...args: string[]): Program => startProgram(main, args, place.directory, env);
  const first = start('fleet', 'deploy', '--direct');
  if ((await first.ended) !== 0) throw new Error(`the undisturbed rollout failed:\n${first.output()}`);

  for (let rollout = 1; rollout <= rollouts && tally.anomalies.length === 0; rollout += 1) {
    write(filesOf(rollout));
    const workers = [start('worker'), start('worker')];
    let over = false;
    const supervising = (async () => {
      while (!over) {
        for (const [at, worker] of workers.entries()) if (!worker.alive()) workers[at] = start('worker');
        await sleep(200);
      }
    })();
    let cli = start('fleet', 'deploy');
    let finished = false;
    const following = (async () => {
      for (;;) {
        const code = await cli.ended;
        if (code === 0 || over) return;
        // Blocked, or failed, for what we did to it: an operator says retry, and rolls out again.
        if (code === 3) {
          tally.count('retry of all blocked members');
          await start('fleet', 'retry', '--all').ended;
          await start('fleet', 'resume').ended;
        }
        await sleep(300);
        cli = start('fleet', 'deploy');
      }
    })().finally(() => (finished = true));
    const began = Date.now();
    while (!finished && Date.now() - began < DISTURBED) {
      await sleep(100 + random() * 900);
      if (finished) break;
      try {
        const what = await disturb({ workers, cli: () => cli, servers, random });
        if (what) tally.count(what);
      } catch (error) {
        process.stderr.write(`  (${(error as Error).message})\n`);
      }
    }
    if (!(await Promise.race([following.then(() => true), sleep(CALM, false)])))
      tally.anomalies.push(`rollout ${rollout}: it did not end within ${CALM / 1_000} s of calm:\n${cli.output().slice(-2_000)}`);
    over = true;
    for (const program of [...workers, cli]) program.signal('SIGKILL');
    await supervising;
    for (const worker of workers) worker.signal('SIGKILL');
    tally.deploys += members;
    if (tally.anomalies.length > 0) break;
    const seen = { takenOver: 0, failed: 0 };
    for (const [name, url] of urls)
      for (const wrong of await findWrong(url, rollout, seen)) tally.anomalies.push(`rollout ${rollout}, ${name}: ${wrong}`);
    [tally.takeOvers, tally.retries] = [seen.takenOver, seen.failed];
    process.stderr.write(`rollout ${rollout}: ${tally.kills} kills so far, ${tally.anomalies.length} anomalies\n`);
  }
  if (tally.anomalies.length === 0) await place.remove();
}

interface Victim {
  readonly workers: readonly Program[];
  readonly cli: () => Program;
  readonly servers: Servers;
  readonly random: () => number;
}

async function disturb({ workers, cli, servers, random }: Victim): Promise<string | undefined> {
  const worker = workers[Math.floor(random() * workers.length)]!;
  const dice = random();
  if (dice < 0.4) {
    worker.signal('SIGKILL');
    return 'SIGKILL of a worker';
  }
  if (dice < 0.5) {
    worker.signal('SIGTERM');
    return 'SIGTERM of a worker';
  }
  if (dice < 0.62) {
    worker.signal('SIGSTOP');
    // Longer than a heartbeat may be late: another worker has its members by then.
    await sleep(7_000);
    worker.signal('SIGCONT');
    return 'SIGSTOP of a worker, past its heartbeat';
  }
  if (dice < 0.75) {
    for (const until = Date.now() + 5_000; Date.now() < until; await sleep(20)) {
      const ended = await servers.postgres.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname like 'shop%' and application_name like 'pawl:%'`,
      );
      if (ended.length > 0) return 'end of all sessions';
    }
    return undefined;
  }
  if (dice < 0.85) {
    cli().signal('SIGKILL');
    return 'SIGKILL of the command line';
  }
  if (dice < 0.92) {
    await servers.restartPostgres(random() < 0.5 ? 'kill' : 'immediate');
    return 'SIGKILL or immediate stop of PostgreSQL';
  }
  if (dice < 0.97) {
    await servers.restartTemporal('SIGKILL');
    return 'SIGKILL of Temporal';
  }
  const connection = await Connection.connect({ address: servers.temporalAddress, connectTimeout: 3_000 });
  try {
    await new Client({ connection }).workflow.getHandle('fleet/shops').terminate('chaos');
  } finally {
    await connection.close();
  }
  return 'termination of the rollout';
}

const TRUTH = `select
  (select pg_catalog.string_agg(version || ':' || n, ' ' order by version) from (select version, count(*) as n from effects group by 1) e) as effects,
  (select pg_catalog.string_agg(version, ' ' order by position) from pawl.applied_migrations) as applied,
  (select count(*)::int from pg_index where not indisvalid) as invalid,
  (select count(*)::int from pawl.intents) as intents,
  (select released_at is not null from pawl.lease) as released,
  (select count(*)::int from pawl.events where kind = 'lease.taken-over') as "takenOver",
  (select count(*)::int from pawl.events where kind = 'migration.failed') as failed`;

interface Truth {
  readonly effects: string;
  readonly applied: string;
  readonly invalid: number;
  readonly intents: number;
  readonly released: boolean;
  readonly takenOver: number;
  readonly failed: number;
}

/** What is not as an undisturbed run would have left it. */
async function findWrong(url: string, rollout: number, seen: { takenOver: number; failed: number }): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Truth>(TRUTH);
  await client.end();
  const { effects, applied, invalid, intents, released, takenOver, failed } = rows[0]!;
  seen.takenOver += takenOver;
  seen.failed += failed;
  const all = Array.from({ length: rollout }, (_, at) => (at + 1) * 10);
  const wanted = {
    effects: all.flatMap((base) => [`${base + 1}:1`, `${base + 2}:2`]).join(' '),
    applied: ['1', ...all.flatMap((base) => [base + 1, base + 2, base + 3])].join(' '),
  };
  return [
    ...(effects === wanted.effects ? [] : [`effects are ${effects}, not ${wanted.effects}`]),
    ...(applied === wanted.applied ? [] : [`applied are ${applied}, not ${wanted.applied}`]),
    ...(invalid === 0 ? [] : [`${invalid} INVALID indexes`]),
    ...(intents === 0 ? [] : [`${intents} entries left in the journal`]),
    ...(released ? [] : ['its lease is not given back']),
  ];
}
