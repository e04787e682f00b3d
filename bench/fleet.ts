import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase } from '../src/embedded/database.js';
import { startWorker, timePawl, type Bench } from './pawl.js';
import { write } from './project.js';
import type { Servers } from './servers.js';
import { table, timed } from './timing.js';

const PARALLEL = 8;
const FIRST = 'create table items (id bigint primary key, name text not null);';
/** One pending migration each, as in `../docs/performance.md`. */
const NEXT = (name: string): string =>
  `create table ${name} (id bigint primary key, item bigint references items); create index on ${name} (item);`;
/** What each way writes in its own table. */
const TRACKER = 'create table if not exists tracker (version int primary key, applied_at timestamptz not null default now());';

/**
 * One migration to many databases of one server, so many at once: psql processes, one Node process that only sends the SQL, and Pawl with
 * all that it promises. Seconds from start to end, and seconds of CPU that the backends of PostgreSQL used.
 */
export async function fleet(servers: Servers, databases: number): Promise<string> {
  const names = Array.from({ length: databases }, (_, at) => `tenant_${at + 1}`);
  const urls: string[] = [];
  for (const name of names) urls.push(await createDatabase(servers.postgres.url, name));
  const directory = join(servers.directory, 'fleet');
  const template = new URL(servers.postgres.url);
  template.pathname = '/PLACE';
  const bench: Bench = { directory, target: 'tenants', url: template.href.replace('PLACE', '{name}'), servers };
  write(directory, {
    'pawl.config.yaml': `fleets:\n  tenants:\n    database: { env: BENCH_DATABASE_URL }\n    parallel: ${PARALLEL}\n    members: { file: members.txt }\n    stages: [{ migrate: migrations }]\n`,
    'members.txt': names.join('\n'),
    'migrations/1_first.sql': `${FIRST} ${TRACKER}`,
  });
  await timePawl(bench, 'fleet', 'deploy', '--direct');
  const rows: (readonly string[])[] = [];
  const measure = async (what: string, work: () => Promise<number>): Promise<void> => {
    const before = await cpuOf(servers);
    const seconds = await work();
    rows.push([what, seconds.toFixed(1), ((await cpuOf(servers)) - before).toFixed(1)]);
  };
  const script = (name: string, version: number): string =>
    `begin; ${NEXT(name)} insert into tracker (version) values (${version}); commit;`;
  write(directory, { 'psql.sql': script('by_psql', 2), 'urls.txt': urls.join('\n') });
  await measure(`psql, one process each, ${PARALLEL} at once`, () =>
    timed({
      command: ['sh', '-c', `xargs -P ${PARALLEL} -I '{}' psql -X -q -v ON_ERROR_STOP=1 -f psql.sql '{}' < urls.txt`],
      cwd: directory,
    }),
  );
  await measure(`one Node process, one message each, ${PARALLEL} at once`, () => sendAll(urls, script('by_node', 3)));
  write(directory, { 'migrations/2_next.sql': NEXT('by_pawl') });
  await measure('pawl fleet deploy --direct', () => timePawl(bench, 'fleet', 'deploy', '--direct'));
  await measure('pawl fleet deploy --direct, nothing pending', () => timePawl(bench, 'fleet', 'deploy', '--direct'));
  write(directory, { 'migrations/3_next.sql': NEXT('by_worker') });
  const worker = await startWorker(bench);
  await measure('pawl fleet deploy, through Temporal', () => timePawl(bench, 'fleet', 'deploy'));
  await measure('pawl fleet deploy, through Temporal, nothing pending', () => timePawl(bench, 'fleet', 'deploy'));
  await worker.end();
  return `### One migration to ${databases} databases\n\n${table(['how', 'seconds', "PostgreSQL's CPU, seconds"], rows)}`;
}

/** One migration to many schemas of one database, each with a ledger of its own: seconds, and seconds of CPU of the backends. */
export async function fleetSchemas(servers: Servers, schemas: number): Promise<string> {
  const url = await createDatabase(servers.postgres.url, 'tenants');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let at = 1; at <= schemas; at += 1) await client.query(`create schema tenant_${at}`);
  await client.end();
  const directory = join(servers.directory, 'fleet-schemas');
  const bench: Bench = { directory, target: 'tenants', url, servers };
  write(directory, {
    'pawl.config.yaml': `fleets:\n  tenants:\n    parallel: ${PARALLEL}\n    members: { schemas: { database: { env: BENCH_DATABASE_URL }, like: 'tenant_%' } }\n    stages: [{ migrate: migrations }]\n`,
    'migrations/1_first.sql': FIRST,
  });
  const rows: (readonly string[])[] = [];
  const measure = async (what: string): Promise<void> => {
    const before = await cpuOf(servers);
    const seconds = await timePawl(bench, 'fleet', 'deploy', '--direct');
    const cpu = (await cpuOf(servers)) - before;
    rows.push([what, seconds.toFixed(1), ((seconds * 1_000) / schemas).toFixed(1), cpu.toFixed(1)]);
  };
  await measure('into empty schemas, ledgers made');
  write(directory, { 'migrations/2_next.sql': NEXT('by_pawl') });
  await measure('one pending');
  await measure('nothing pending');
  const columns = ['pawl fleet deploy --direct', 'seconds', 'ms each', "PostgreSQL's CPU, seconds"];
  return `### One migration to ${schemas} schemas of one database\n\n${table(columns, rows)}`;
}

async function sendAll(urls: readonly string[], sql: string): Promise<number> {
  const started = performance.now();
  const left = [...urls];
  const lane = async (): Promise<void> => {
    for (let url = left.shift(); url !== undefined; url = left.shift()) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(sql);
      await client.end();
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return (performance.now() - started) / 1_000;
}

/** Seconds of all backends that have ended. Linux only. */
async function cpuOf({ postgres }: Servers): Promise<number> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<{ file: string }>(`select pg_read_file('postmaster.pid') as file`);
  await client.end();
  const pid = rows[0]!.file.split('\n')[0]!;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
