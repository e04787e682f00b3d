// A night on call: `npm run night [-- --write docs/on-call.md]`. One deploy meets what goes wrong at night, with real processes; at each step
// it is held against what must be said, and all that was said is printed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { freePort } from '../src/embedded/free-port.js';
import { temporaryDirectory } from '../test/support/directory.js';
import { waitFor } from '../test/support/wait.js';
import { startAlerts } from './alerts.js';
import { nightSteps, type Night } from './night-steps.js';
import { sitDown, type Sight } from './on-call.js';
import { startProgram, type Program } from './program.js';
import { missingFrom, type Said } from './said.js';
import { startServers } from './servers.js';
import { mountSmallDisk } from './small-disk.js';
import { transcript, type Told } from './transcript.js';

/** Milliseconds until everything must have been said: the gauges look every 15 s, and a blocked deploy alerts after a minute. */
const PATIENCE = 120_000;

const { values } = parseArgs({ options: { write: { type: 'string' } } });
const main = fileURLToPath(new URL('../dist/bin/pawl.js', import.meta.url));
const project = temporaryDirectory();
const servers = await startServers();
const disk = mountSmallDisk(4);
const leftOut = typeof disk === 'string' ? [`the disk is full (${disk})`] : [];
const metrics = `127.0.0.1:${await freePort()}`;
const alerts = await startAlerts(join(project.directory, 'prometheus'), metrics);
const env: NodeJS.ProcessEnv = {
  ...process.env,
  TEMPORAL_ADDRESS: servers.temporalAddress,
  ORDERS_DATABASE_URL: servers.postgres.url,
  PAWL_RELEASE: '4f1c2aa',
  USER: 'ann',
  NO_COLOR: '1',
  COLUMNS: '80',
};
const workers: Program[] = [];
const transactions: pg.Client[] = [];

const night: Night = {
  servers,
  person: sitDown({
    main,
    directory: project.directory,
    env,
    target: 'orders',
    temporalAddress: servers.temporalAddress,
    alerts,
  }),
  async forgetTransaction() {
    const client = new pg.Client({ connectionString: servers.postgres.url, application_name: 'nightly-report' });
    // PostgreSQL will be stopped under it.
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    await client.query('select count(*) from orders');
    transactions.push(client);
  },
  async startWorker() {
    const worker = startProgram(main, ['worker', '--metrics', metrics, '--log-format', 'json'], project.directory, env);
    workers.push(worker);
    await waitFor(() => /polls pawl-/.test(worker.output()), { what: 'the worker' });
  },
  async killWorker() {
    const worker = workers.at(-1);
    worker?.signal('SIGKILL');
    await worker?.ended;
  },
  correct: () => write('migrations/004_archive.sql', 'create table archive (id int, note text);\n'),
};

function write(path: string, text: string): void {
  writeFileSync(join(project.directory, path), text);
}

const told: Told[] = [];
try {
  mkdirSync(join(project.directory, 'migrations'));
  if (typeof disk !== 'string') await servers.postgres.query(`create tablespace archive location '${disk.directory}'`);
  await servers.postgres.query('create table orders (id int primary key); insert into orders select generate_series(1, 100000)');
  write(
    'pawl.config.yaml',
    'targets:\n  orders:\n    database: { env: ORDERS_DATABASE_URL }\n    stages: [{ migrate: migrations }]\n',
  );
  write('migrations/001_create_customers.sql', 'create table customers (id int primary key);\n');
  write('migrations/002_add_note.sql', 'alter table orders add column note text;\n');
  write('migrations/003_fill_note.sql', "do $$ begin perform pg_sleep(60); update orders set note = ''; end $$;\n");
  write(
    'migrations/004_archive.sql',
    leftOut.length > 0
      ? 'select 1/0;\n'
      : 'create table archive tablespace archive as select o, repeat(md5(o.id::text), 20) from orders o;\n',
  );
  await night.startWorker();
  for (const { title, story, happens, said, lasts = 0 } of nightSteps(leftOut.length === 0)) {
    const began = Date.now();
    await happens(night);
    const { sight, missing } = await lookUntil(said);
    process.stdout.write(
      `\n=== ${title} (after ${Math.round((Date.now() - began) / 1_000)} s)\n${story}\n\n${sight.status}\n\n${JSON.stringify(sight.document)}\n\n${sight.page}\n\n${sight.alerts.join('\n')}\n`,
    );
    if (missing.length > 0) throw new Error(`"${title}": ${missing.join('; ')}`);
    told.push({ title, story, sight });
    await sleep(Math.max(0, began + lasts - Date.now()));
  }
  if (values.write !== undefined) writeFileSync(values.write, transcript(told, leftOut, introduction()));
} finally {
  for (const worker of workers) worker.signal('SIGKILL');
  for (const worker of workers) process.stdout.write(`\n=== A worker's log\n${worker.output()}`);
  for (const client of transactions) await client.end();
  await alerts.stop();
  await servers.stop();
  if (typeof disk !== 'string') await disk.remove();
  await project.remove();
}

/** Looks again and again until all is said, and once more gives up. */
async function lookUntil(said: Said): Promise<{ sight: Sight; missing: string[] }> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const sight = await night.person.look();
    const missing = missingFrom(said, sight);
    if (missing.length === 0 || Date.now() > until) return { sight, missing };
    await sleep(500);
  }
}

function introduction(): string {
  return `# A night on call

One deploy of five minutes meets what goes wrong at night, with real processes: PostgreSQL, Temporal, workers, and a Prometheus with
[our alert rules](../ops/alerts.yaml). At each step \`npm run night\` holds what \`pawl status\`, \`pawl status --json\`, the page in the Web UI and the alerts
say against what is so, and fails where a sentence is missing. This is what they said in its last run. Written by \`npm run night -- --write docs/on-call.md\`;
do not edit it. Alerts that are *pending* are true, and fire when they have been for as long as their rule says.`;
}
