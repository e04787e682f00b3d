import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { Customer } from './customer.js';
import { startWorker, timePawl } from './pawl.js';
import { emptyProject, pawlProject, write } from './project.js';
import type { Servers } from './servers.js';
import { table, timed } from './timing.js';

const CHANGE = 'update big set email_lower = lower(email), n = n + 1 where email_lower is null';
const LOOP = `do $$
  declare low bigint := 0; last bigint := (select max(id) from big);
  begin
    while low < last loop
      update big set email_lower = lower(email), n = n + 1 where email_lower is null and id > low and id <= low + 20000;
      low := low + 20000;
      commit;
    end loop;
  end $$`;
const COLUMNS = 'id bigint primary key, email text not null, n int not null default 0, clicks int not null default 0';

interface Way {
  readonly name: string;
  readonly prepare: (servers: Servers) => Promise<Prepared>;
}

interface Prepared {
  readonly url: string;
  /** @returns seconds */
  readonly run: () => Promise<number>;
  readonly end?: () => Promise<void>;
}

/** What one UPDATE, a loop that commits, pgroll and Pawl cost, and what an application that runs meanwhile waits at most. */
export async function backfill(servers: Servers, rows: number): Promise<string> {
  const ways = [psql('one UPDATE', CHANGE), psql('a DO loop with COMMIT, 20,000 keys each', LOOP), pgroll(), pawl()];
  const lines: (string | number)[][] = [];
  for (const way of ways) if (way) lines.push([way.name, ...(await measure(servers, way, rows))]);
  return [
    `### ${rows.toLocaleString('en')} rows changed`,
    table(
      [
        '',
        's',
        'WAL, MiB',
        'table after, MiB',
        'bloat',
        'indexes, MiB',
        'worst wait, ms',
        'p99, ms',
        'changes of the application',
      ],
      lines,
    ),
    ways[2] ? '' : 'pgroll is left out: it is not on the PATH.',
  ]
    .filter(Boolean)
    .join('\n\n');
}

async function measure(servers: Servers, { prepare }: Way, rows: number): Promise<(string | number)[]> {
  const { url, run, end } = await prepare(servers);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `insert into big (id, email) select i, 'Customer.' || i || '@Example.com' from generate_series(1, ${rows}) i`,
  );
  await client.query('vacuum analyze big');
  await client.query('checkpoint');
  const indexes = await indexSize(client);
  const before = await written(client);
  const customer = new Customer(url, 'big', rows);
  const seconds = await run();
  const { worst, p99, count } = await customer.stop();
  const wal = (await written(client)) - before;
  const size = await heapSize(client);
  await client.query('create table compact (like big); insert into compact select * from big');
  const compact = await heapSize(client, 'compact');
  const done = await client.query<{ done: string }>('select count(email_lower) as done from big');
  if (Number(done.rows[0]!.done) !== rows) throw new Error(`${done.rows[0]!.done} of ${rows} rows were changed`);
  const after = await indexSize(client);
  await client.query('drop table compact, big cascade');
  await client.end();
  await end?.();
  return [
    seconds.toFixed(1),
    mebibytes(wal),
    mebibytes(size),
    `${Math.round((100 * (size - compact)) / compact)} %`,
    `${mebibytes(indexes)} to ${mebibytes(after)}`,
    worst.toFixed(0),
    p99.toFixed(0),
    count,
  ];
}

const mebibytes = (bytes: number): string => Math.round(bytes / 1024 / 1024).toLocaleString('en');

async function number(client: pg.Client, sql: string): Promise<number> {
  const { rows } = await client.query<{ value: string }>(`select (${sql}) as value`);
  return Number(rows[0]!.value);
}

const written = (client: pg.Client): Promise<number> => number(client, `pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')`);
const heapSize = (client: pg.Client, name = 'big'): Promise<number> => number(client, `pg_relation_size('${name}')`);
const indexSize = (client: pg.Client): Promise<number> => number(client, `pg_indexes_size('big')`);

function psql(name: string, sql: string): Way {
  return {
    name,
    async prepare(servers) {
      const { url } = await emptyProject(servers, 'backfill');
      const run = (text: string): Promise<number> =>
        timed({ command: ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', text, url], cwd: servers.directory });
      await run(`create table big (${COLUMNS}, email_lower text)`);
      return { url, run: () => run(sql) };
    },
  };
}

function pawl(): Way {
  return {
    name: '**pawl deploy**',
    async prepare(servers) {
      const bench = await pawlProject(servers, [`create table big (${COLUMNS}, email_lower text);`]);
      const first = await startWorker(bench);
      await timePawl(bench, 'deploy');
      await first.end();
      write(bench.directory, { 'migrations/000002_fill.sql': `-- pawl:backfill big by id\n${CHANGE};\n` });
      const worker = await startWorker(bench);
      return { url: bench.url, run: () => timePawl(bench, 'deploy'), end: () => worker.end() };
    },
  };
}

/** It fills a column that it adds itself, through a trigger: the nearest that it has. Undefined where it is not on the PATH. */
function pgroll(): Way | undefined {
  const ready = (() => {
    try {
      return execFileSync('pgroll', ['--version'], { encoding: 'utf8' });
    } catch {
      return undefined;
    }
  })();
  if (ready === undefined) return undefined;
  return {
    name: 'pgroll: add_column with up',
    async prepare(servers) {
      const { directory, url: plain } = await emptyProject(servers, 'pgroll');
      const url = `${plain}?sslmode=disable`;
      write(directory, {
        '01_big.json': JSON.stringify({ operations: [{ sql: { up: `create table big (${COLUMNS})`, down: 'drop table big' } }] }),
        '02_fill.json': JSON.stringify({
          operations: [
            {
              add_column: {
                table: 'big',
                up: 'lower(email)',
                column: { name: 'email_lower', type: 'text', nullable: true },
              },
            },
          ],
        }),
      });
      const run = (...args: string[]): Promise<number> =>
        timed({ command: ['pgroll', '--postgres-url', url, ...args], cwd: directory });
      await run('init');
      await run('start', join(directory, '01_big.json'), '--complete');
      const fill = join(directory, '02_fill.json');
      return { url: plain, run: () => run('start', fill, '--complete') };
    },
  };
}
