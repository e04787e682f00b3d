import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import type { CheckReport } from '../../src/check/report.js';
import { runPawl, type Outcome } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { writeProject } from '../support/project.js';

const CONFIG = `
targets:
  shop:
    database: { env: SHOP }
    stages:
      - migrate: schema
      - exec: { name: snapshot, command: [node, snapshot.mjs] }
      - constraints: constraints
      - assert: assertions
      - approve: { name: dba }
      - signal: [{ pgNotify: changed }]
`;

const FILES = {
  'pawl.config.yaml': CONFIG,
  'snapshot.mjs': `console.log(process.env.SHOP);`,
  'schema/1_orders.sql': 'create table orders (id bigint primary key, code text);',
  'schema/2_index.sql': 'create index orders_code on orders (code);',
  'constraints/101_code.sql': 'alter table orders add constraint orders_code_given check (code is not null);',
  'assertions/a.sql': `select count(*) = 1 from pg_constraint where conname = 'orders_code_given' and convalidated;`,
};

let project: Awaited<ReturnType<typeof writeProject>> | undefined;
let real: TestDatabase | undefined;
afterEach(async () => {
  await project?.remove();
  await real?.drop();
  project = real = undefined;
});

let env: Record<string, string | undefined>;
beforeEach(() => {
  env = { PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'), SHOP: undefined };
});

async function open(files: Record<string, string>): Promise<string> {
  project = await writeProject({ ...FILES, ...files });
  return project.directory;
}

async function check(files: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const cwd = project?.directory ?? (await open(files));
  return runPawl(['check', ...args], { cwd, env });
}

const reportOf = ({ stdout }: Outcome): CheckReport => JSON.parse(stdout) as CheckReport;

it('runs all stages in order on throwaway databases, twice, without an address of a real one', async () => {
  const { code, stdout } = await check({});
  expect(stdout).toMatch(/snapshot was left out: a check runs programs only with --exec/);
  expect(stdout).toMatch(/deployed twice on a second database: the repeat changed nothing/);
  expect(stdout).toMatch(/nothing found in 3 migrations|1 notice in 3 migrations/);
  expect(code).toBe(0);
  const done = reportOf(await check({}, '--exec', '--json'));
  expect(done.work.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'snapshot ran',
    'assertions ran',
    'dba left out',
    'signal left out',
  ]);
  expect(done.repeat).toEqual({ outcome: 'same', changes: [] });
});

it('gives programs the throwaway database in the place of the real one', async () => {
  real = await createTestDatabase();
  env = { ...env, SHOP: real.url, PGDATABASE: real.name };
  await open({
    'snapshot.mjs': `import pg from ${JSON.stringify(import.meta.resolve('pg'))};
      const client = new pg.Client({ connectionString: process.env.SHOP });
      await client.connect();
      await client.query('create table if not exists made_by_program ()');
      await client.end();`,
    'constraints/102_made.sql': 'alter table made_by_program add constraint made_true check (true);',
  });
  const without = await check({});
  expect(without.stdout).toMatch(
    /No migration creates made_by_program\. If the exec stage snapshot does,\s+run\s+the\s+check\s+with\s+--exec/,
  );
  expect(without.code).toBe(7);
  expect((await check({}, '--exec')).code).toBe(0);
  expect(await real.query(`select from pg_class where relname in ('made_by_program', 'orders')`)).toEqual([]);
});

it('says of a program that changes something each time that a repeat is not without effect', async () => {
  await open({
    'snapshot.mjs': `import pg from ${JSON.stringify(import.meta.resolve('pg'))};
      const client = new pg.Client({ connectionString: process.env.SHOP });
      await client.connect();
      await client.query('create table t' + Date.now() + ' ()');
      await client.end();`,
  });
  const { code, stdout } = await check({}, '--exec');
  expect(stdout).toMatch(/Deployed twice, the second deploy is not without effect: table public\.t\d+: added/);
  expect(code).toBe(7);
});

it.each([
  [
    'a constraint before its table',
    { 'schema/0_early.sql': 'alter table orders add constraint early check (id > 0);' },
    /orders is created by schema\/1_orders\.sql, which has a higher version/,
  ],
  [
    'a constraint in the stage before that of its table',
    {
      'pawl.config.yaml': CONFIG.replace('- migrate: schema', '- constraints: first\n      - migrate: schema'),
      'first/050_early.sql': 'alter table orders add constraint early check (id > 0);',
    },
    /first\/050_early\.sql:1[\s\S]*orders is created by schema\/1_orders\.sql\s+in\s+the\s+stage\s+schema,\s+which\s+runs\s+later/,
  ],
  ['SQL that does not parse', { 'schema/3_x.sql': 'select 1;\ncreat table x ();' }, /schema\/3_x\.sql:2:1: syntax error/],
  [
    'an extension that the server lacks',
    { 'schema/3_x.sql': 'create extension nosuch;' },
    /extension "nosuch" is not available[\s\S]*Install the extension on the server that the check uses/,
  ],
  [
    'a role that the server lacks',
    { 'schema/3_x.sql': 'grant select on orders to nobody_here;' },
    /role "nobody_here" does not exist[\s\S]*Roles belong to the server/,
  ],
  [
    'a migration that needs data',
    { 'schema/3_x.sql': `do $$ begin perform from orders; if not found then raise 'no orders'; end if; end $$;` },
    /no orders[\s\S]*It needs \(or stumbles over\) data/,
  ],
  [
    'an assertion that does not hold',
    { 'assertions/a.sql': 'select false;' },
    /assertions\/a\.sql:1: the assertion does not hold/,
  ],
])('says of %s what it needs', async (_, files, words) => {
  const { code, stdout } = await check(files);
  expect(stdout).toMatch(words);
  expect(code).toBe(7);
});

it('makes the roles that are wanted, and leaves none behind', async () => {
  const sql = 'create role pawl_check_made; grant select on orders to pawl_check_wanted, pawl_check_made;';
  const { code, stdout } = await check({ 'schema/3_x.sql': sql }, '--role', 'pawl_check_wanted');
  expect(stdout).toMatch(/the repeat changed nothing/);
  expect(code).toBe(0);
  real = await createTestDatabase();
  expect(await real.query(`select rolname from pg_roles where rolname like 'pawl_check_%'`)).toEqual([]);
});

it('fails from the wanted severity on, and writes every format', async () => {
  await open({ 'schema/2_index.sql': 'begin; create index orders_code on orders (code);' });
  const files = ['check.md', 'check.sarif', 'check.html'] as const;
  const bad = await check({}, '--each', '--markdown', files[0], '--sarif', files[1], '--html', files[2]);
  expect(bad.code).toBe(7);
  for (const file of files) expect(readFileSync(join(project!.directory, file), 'utf8')).toMatch(/IX001/);
  expect((await check({}, '--each', '--fail-on', 'never')).code).toBe(0);
  expect((await check({}, '--fail-on', 'nothing')).code).toBe(2);
});

it('leaves out the findings of the past until their file changes', async () => {
  await open({});
  expect((await check({}, '--each')).code).toBe(7);
  expect((await check({}, '--each', '--write-baseline', 'past.json')).code).toBe(0);
  const later = await check({}, '--each', '--baseline', 'past.json');
  expect(later.code).toBe(0);
  writeFileSync(join(project!.directory, 'schema/2_index.sql'), 'create index orders_code on orders (code, id);');
  expect((await check({}, '--each', '--baseline', 'past.json')).code).toBe(7);
  const gone = await check({}, '--baseline', 'nowhere.json');
  expect(gone.stderr).toMatch(/the baseline nowhere\.json cannot be read: it does not exist/);
  expect(gone.code).toBe(2);
});

it('writes what is mechanical into the file, which is then fine', async () => {
  await open({});
  const fixing = await check({}, '--each', '--fix');
  expect(fixing.stderr).toMatch(/Fixed schema\/2_index\.sql/);
  expect(readFileSync(join(project!.directory, 'schema/2_index.sql'), 'utf8')).toBe(
    'create index CONCURRENTLY orders_code on orders (code);',
  );
  const again = await check({}, '--each', '--fix');
  expect(again.stderr).toMatch(/nothing that can be fixed/);
  expect(again.code).toBe(0);
});

it('knows from statistics of the real database which tables are small, and only reads there', async () => {
  real = await createTestDatabase();
  await real.query('create table orders (id bigint primary key, code text); insert into orders values (1)');
  await open({});
  const sizes = await runPawl(['stats'], { cwd: project!.directory, env: { ...env, SHOP: real.url } });
  expect(JSON.parse(sizes.stdout)).toMatchObject({ 'public.orders': { bytes: expect.any(Number) as number } });
  writeFileSync(join(project!.directory, 'stats.json'), sizes.stdout);
  const { code, stdout } = await check({}, '--each', '--stats', 'stats.json');
  expect(stdout).not.toMatch(/table sizes unknown/);
  expect(code).toBe(0);
  expect((await check({}, '--each', '--stats', 'pawl.config.yaml')).stderr).toMatch(/it is not what pawl stats writes/);
});

it('keeps the migrations off what others own', async () => {
  await open({
    'pawl.config.yaml': `owners: { directus: [public.directus_*], shop: [public.orders] }${CONFIG}`,
    'schema/2_index.sql': 'create table directus_users (id int); alter table orders add note text;',
  });
  const { code, stdout } = await check({});
  expect(stdout).toMatch(/OW001 line 1: .*public\.directus_users.*directus/);
  expect(stdout).not.toMatch(/OW001.*orders/);
  expect(code).toBe(7);
});

it('leaves nothing behind', async () => {
  await check({});
  const server = await createTestDatabase();
  // Tests of other files may be in the middle of a check.
  const left = await server.query(`select from pg_database d where starts_with(d.datname, 'pawl_scratch_')
    and not exists (select from pg_stat_activity where starts_with(d.datname, application_name) and application_name <> '')`);
  await server.drop();
  expect(left).toEqual([]);
});
