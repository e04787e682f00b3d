import pg from 'pg';
import { startWorker, timePawl, type Bench } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { median, table } from './timing.js';

const MARK = 'create table if not exists started_at (at timestamptz); ';

/** From the command to the first statement of a migration, and from a worker's SIGKILL to the next statement on another worker. */
export async function recovery(servers: Servers, repetitions: number): Promise<string> {
  const first: number[] = [];
  const resumed: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    first.push(await untilFirstStatement(servers));
    resumed.push(await untilResumed(servers));
  }
  const row = (what: string, values: number[]): string[] => [what, median(values).toFixed(2), Math.max(...values).toFixed(2)];
  return `### Waiting\n\n${table(
    ['', 'median, s', 'worst, s'],
    [
      row('from the command to the first statement', first),
      row('from SIGKILL of the worker to the statement that it was at, on another worker', resumed),
    ],
  )}`;
}

async function untilFirstStatement(servers: Servers): Promise<number> {
  const bench = await pawlProject(servers, [`create table seen as select clock_timestamp() as at;`]);
  const worker = await startWorker(bench);
  const started = Date.now();
  await timePawl(bench, 'deploy');
  await worker.end();
  const [row] = await query<{ at: Date }>(bench, 'select at from seen');
  return (row!.at.getTime() - started) / 1000;
}

async function untilResumed(servers: Servers): Promise<number> {
  const bench = await pawlProject(servers, [`${MARK}select 1;`, `select pg_sleep(3);`]);
  const worker = await startWorker(bench);
  const deploy = timePawl(bench, 'deploy');
  const pid = await running(bench, undefined);
  const other = await startWorker(bench);
  const killed = Date.now();
  await worker.end('SIGKILL');
  await running(bench, pid);
  const seconds = (Date.now() - killed) / 1000;
  await deploy;
  await other.end();
  return seconds;
}

/** Waits until a session other than `not` runs the slow statement. @returns its pid */
async function running(bench: Bench, not: number | undefined): Promise<number> {
  for (;;) {
    const [row] = await query<{ pid: number }>(
      bench,
      `select pid from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep(3)%'
       and pid <> pg_backend_pid() and pid is distinct from ${not ?? 'null'}`,
    );
    if (row) return row.pid;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function query<T extends pg.QueryResultRow>({ url }: Bench, sql: string): Promise<T[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
