import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createDatabase, startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.js';
import type { CheckReport } from '../../src/check/report.js';
import { runPawl, type Outcome } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { temporaryDirectory } from '../support/directory.js';
import { requireProgram } from '../support/program.js';
import { writeProject } from '../support/project.js';

// pg_dump does not come with the embedded server, and refuses a server newer than itself: here the system's own serves.
const DEBIAN = '/usr/lib/postgresql';
const newest = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))[0] : undefined;
const bin = newest === undefined ? dirname(requireProgram('pg_dump')) : join(DEBIAN, newest, 'bin');

const FILES = {
  'pawl.config.yaml': `
targets:
  shop:
    database: { env: SHOP }
    stages: [{ migrate: schema }, { constraints: constraints }, { assert: assertions }]
`,
  'schema/1_orders.sql': 'create table orders (id bigint primary key, code text);',
  'constraints/101_code.sql': 'alter table orders add constraint code_short check (length(code) < 100);',
  'assertions/rows.sql': 'select count(*) > 0 from orders;',
};
const PENDING = 'create index orders_code on orders (code); grant select on made_by_others to pawl_start_reader;';

const place = temporaryDirectory();
let server: EmbeddedPostgres;
let url: string;
let project: Awaited<ReturnType<typeof writeProject>>;

async function query(sql: string, on = url): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(on);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const pawl = (args: string[], env: Record<string, string | undefined> = {}): Promise<Outcome> =>
  runPawl(args, { cwd: project.directory, env: { SHOP: url, PAWL_SCRATCH_DATABASE_URL: server.url, ...env } });

const reportOf = ({ stdout }: Outcome): CheckReport => JSON.parse(stdout) as CheckReport;

const rulesOf = ({ migrations }: CheckReport): string[] =>
  migrations.flatMap(({ path, findings }) => findings.map(({ rule }) => `${path} ${rule}`));

beforeAll(async () => {
  server = await startPostgres({ directory: place.directory, durable: false, bin });
  url = await createDatabase(server.url, 'real_shop');
  project = await writeProject({ ...FILES, 'schema/2_seed.sql': `insert into orders values (1, 'a');` });
  expect((await pawl(['deploy', '--direct'])).code).toBe(0);
  await query(`create role pawl_start_reader; create table made_by_others (x int); grant select on orders to pawl_start_reader;
    insert into orders select g, repeat('x', 90) from generate_series(2, 100000) g; analyze;
    alter database real_shop set timezone to 'Asia/Tokyo'`);
  writeFileSync(join(project.directory, 'schema/3_index.sql'), PENDING);
});
afterAll(async () => {
  await server.stop();
  await project.remove();
  await place.remove();
});

it('begins with a copy of a real target: only what is pending runs, on tables that have users and sizes', async () => {
  await query('alter database real_shop set default_transaction_read_only = on');
  const outcome = await pawl(['check', '--from', 'shop', '--json']);
  const report = reportOf(outcome);
  expect(report.migrations.map(({ path, outcome: became }) => `${path} ${became}`)).toEqual(['schema/3_index.sql ran']);
  expect(rulesOf(report)).toEqual(['schema/3_index.sql IX001']);
  expect(report.migrations[0]!.locks[0]).toMatchObject({
    relation: 'public.orders',
    verdict: 'BLOCKS_WRITES',
    size: { rows: 100_000 },
  });
  expect(report).toMatchObject({ start: 'a copy of shop', timeZone: 'Asia/Tokyo', remarks: [], repeat: { outcome: 'same' } });
  expect(report.work).toMatchObject([{ name: 'assertions', outcome: 'left out', reason: 'the start state has no rows' }]);
  expect(outcome.code).toBe(7);
  await query('alter database real_shop reset default_transaction_read_only', server.url);
});

it('takes an address from a variable, and keeps it from the programs of the deploy', async () => {
  const { code, stdout } = await pawl(['check', '--from', 'env:PRODUCTION'], { SHOP: undefined, PRODUCTION: url });
  expect(stdout).toMatch(/IX001 line 1: Writers of public\.orders wait/);
  expect(stdout).toMatch(/on a copy of PRODUCTION/);
  expect(code).toBe(7);
  const wrong = await pawl(['check', '--from', 'nowhere']);
  expect(wrong.stderr).toMatch(/there is no start state nowhere: it is no file and no target/);
  expect(wrong.code).toBe(2);
});

it('begins with a dump, with its rows and with the applied set of its ledger', async () => {
  execFileSync(join(bin, 'pg_dump'), ['--create', `--file=${join(project.directory, 'shop.sql')}`, url]);
  const outcome = await pawl(['check', '--from', 'shop.sql', '--json'], { SHOP: undefined });
  const report = reportOf(outcome);
  expect(rulesOf(report)).toEqual(['schema/3_index.sql IX001']);
  expect(report).toMatchObject({ start: 'the dump shop.sql', remarks: [], repeat: { outcome: 'same' } });
  expect(report.work).toMatchObject([{ name: 'assertions', outcome: 'ran' }]);
});

it('says of a dump what it lacks', async () => {
  const write = (name: string, ...args: string[]): string => {
    execFileSync(join(bin, 'pg_dump'), ['--schema-only', ...args, `--file=${join(project.directory, name)}`, url]);
    return name;
  };
  const nothing = await pawl(['check', '--from', write('schema.sql')]);
  expect(nothing.stdout).toMatch(/schema\.sql does not say what is applied, so every migration is taken for pending/);
  expect(nothing.stdout).toMatch(/relation "orders" already exists/);
  const custom = await pawl(['check', '--from', write('schema.dump', '-Fc')]);
  expect(custom.stderr).toMatch(/is in pg_dump's own format[\s\S]*pg_restore --file=start\.sql schema\.dump/);
  writeFileSync(join(project.directory, 'broken.sql'), 'create table a ();\ncreate table a ();\n');
  const broken = await pawl(['check', '--from', 'broken.sql']);
  expect(broken.stderr).toMatch(/broken\.sql:2: the start state cannot be restored: relation "a" already exists/);
  expect(broken.code).toBe(4);
});

it('says in which ways the throwaway server is not like the real one', async () => {
  const other = inject('postgresUrl');
  const [{ major }] = (await query(`select current_setting('server_version_num')::int / 10000 as major`, other)) as [
    { major: number },
  ];
  const report = reportOf(await pawl(['check', '--from', 'shop', '--json'], { PAWL_SCRATCH_DATABASE_URL: other }));
  const [remark] = report.remarks;
  expect(report.remarks.map(({ code }) => code)).toEqual(String(major) === newest ? [] : ['SERVER_DIFFERS']);
  if (remark) expect(remark.message).toContain(`major ${major} instead of ${newest!}`);
});

it('makes the start state from the applied files where no pg_dump can read the server', async () => {
  const real: TestDatabase = await createTestDatabase();
  const env = { SHOP: real.url, PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'), PAWL_POSTGRES_BIN: place.directory };
  const two = { ...FILES, 'schema/2_seed.sql': `insert into orders values (1, 'a');` };
  const own = await writeProject(two);
  try {
    expect((await runPawl(['deploy', '--direct'], { cwd: own.directory, env })).code).toBe(0);
    writeFileSync(join(own.directory, 'schema/3_index.sql'), 'create index orders_code on orders (code);');
    const report = reportOf(await runPawl(['check', '--from', 'shop', '--json'], { cwd: own.directory, env }));
    expect(rulesOf(report)).toEqual(['schema/3_index.sql IX001']);
    expect(report.remarks.map(({ code }) => code)).toEqual(['START_FROM_FILES']);
    expect(report.repeat).toMatchObject({ outcome: 'same' });
  } finally {
    await own.remove();
    await real.drop();
  }
});

it('checks on the version that is asked for, and says so where this machine has none', async () => {
  const major = /\(PostgreSQL\) (\d+)/.exec(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }))![1]!;
  const only = `do $$ begin
    if current_setting('server_version_num')::int / 10000 <> ${major} then raise exception 'wrong: %', version(); end if;
  end $$;`;
  const own = await writeProject({
    ...FILES,
    'schema/2_seed.sql': `insert into orders values (1, 'a');`,
    'schema/3_only.sql': only,
  });
  const env = { SHOP: url, PAWL_SCRATCH_DATABASE_URL: undefined, PAWL_POSTGRES_BIN: bin };
  const on = (version: string): Promise<Outcome> => runPawl(['check', '--postgres', version], { cwd: own.directory, env });
  try {
    expect(await on(major)).toMatchObject({ code: 0 });
    if (major !== '18') expect((await on('18')).stdout).toMatch(/wrong: PostgreSQL 18/);
    const other = major === '14' ? '15' : '14';
    const refused = await on(other);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(`there is no PostgreSQL ${other} on this machine`);
  } finally {
    await own.remove();
  }
});
