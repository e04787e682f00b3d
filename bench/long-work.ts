import pg from 'pg';
import { startWorker, timePawl, type Bench } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { median, table, timed } from './timing.js';

const BUILD = 'create index concurrently measurements_value_idx on measurements (value);';
const ALTER = 'alter table measurements add column note text;';

/** What Pawl adds to work that is PostgreSQL's: an index build, and a migration that queues behind a long transaction. */
export async function longWork(servers: Servers, repetitions: number, rows: number): Promise<string> {
  const plain: number[] = [];
  const ours: number[] = [];
  const behind: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const bench = await pawlProject(servers, [BUILD]);
    await fill(bench, rows);
    plain.push(await psql(bench, BUILD));
    await psql(bench, 'drop index measurements_value_idx');
    ours.push(await deployed(bench));
    behind.push(await queued(servers));
  }
  const added = median(ours) - median(plain);
  return `### Long work\n\n${table(
    ['', 'psql, s', 'pawl deploy, s', 'added, s'],
    [
      [`CREATE INDEX CONCURRENTLY, ${rows} rows`, median(plain).toFixed(2), median(ours).toFixed(2), added.toFixed(2)],
      ['from the end of a blocking transaction of 8 s to the end of the deploy', '', median(behind).toFixed(2), ''],
    ],
  )}`;
}

function psql({ url, directory }: Bench, sql: string): Promise<number> {
  return timed({ command: ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql, url], cwd: directory });
}

async function fill(bench: Bench, rows: number): Promise<void> {
  await psql(
    bench,
    `create table measurements as select n as id, (random() * 1e9)::bigint as value from generate_series(1, ${rows}) n`,
  );
  await psql(bench, 'vacuum analyze measurements');
}

async function deployed(bench: Bench): Promise<number> {
  const worker = await startWorker(bench);
  const seconds = await timePawl(bench, 'deploy');
  await worker.end();
  return seconds;
}

async function queued(servers: Servers): Promise<number> {
  const bench = await pawlProject(servers, [ALTER]);
  await psql(bench, 'create table measurements (id int)');
  const worker = await startWorker(bench);
  const reader = new pg.Client(bench.url);
  await reader.connect();
  await reader.query('begin; lock table measurements in access share mode');
  const deploy = timePawl(bench, 'deploy');
  await reader.query('select pg_sleep(8)');
  await reader.query('commit');
  const free = performance.now();
  await deploy;
  const seconds = (performance.now() - free) / 1000;
  await reader.end();
  await worker.end();
  return seconds;
}
