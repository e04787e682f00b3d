import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from 'vitest';
import { testDatabase } from '../../src/testing/index.js';
import { spawnPawl } from '../support/cli.js';
import { writeProject } from '../support/project.js';

const ROOT = join(import.meta.dirname, '../..');
const CONFIG =
  'targets:\n  shop:\n    database: { env: SHOP_DATABASE_URL }\n    stages:\n      - migrate: migrations\n      - signal: [{ pgNotify: done }]\n';

let project: Awaited<ReturnType<typeof writeProject>>;
let env: NodeJS.ProcessEnv;
let server: pg.Client;
let asked: string;

beforeAll(async () => {
  project = await writeProject({
    'pawl.config.yaml': CONFIG,
    'migrations/001_goods.sql': 'create table goods (id int primary key);',
    'migrations/002_owner.sql': 'create role shop_reader; grant select on goods to shop_reader;',
    'migrations/003_setting.sql':
      "do $$ begin execute format('alter database %I set search_path to shop, public', current_database()); end $$;",
  });
  await mkdir(join(project.directory, 'node_modules'));
  for (const name of ['pawl', 'pg', 'vitest']) {
    await symlink(name === 'pawl' ? ROOT : join(ROOT, 'node_modules', name), join(project.directory, 'node_modules', name));
  }
  env = {
    ...process.env,
    PAWL_TEST_DATABASE_URL: inject('postgresUrl'),
    NODE_ENV: undefined,
    VITEST: undefined,
    NODE_TEST_CONTEXT: undefined,
  };
  server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  for (const name of await databases('pawl_t')) await server.query(`drop database if exists ${name} with (force)`);
  await server.query('drop role if exists shop_reader');
  await server.end();
  await project.remove();
});

async function databases(prefix: string): Promise<string[]> {
  const { rows } = await server.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [
    prefix,
  ]);
  return rows.map(({ datname }) => datname);
}

/** @returns what the query answers with, which is one value */
async function ask(url: string, query: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<string[]>({ text: query, rowMode: 'array' });
  await client.end();
  return rows[0]![0]!;
}

/** The deploy that filled a database, and its tables: tells from which template it came. */
const LOOK = `
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "select (select string_agg(deploy_id, ' ') from pawl.deploys) as deploys, current_setting('search_path') as path," +
    " (select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public') as tables");
  await client.end();`;

const PROGRAM = `
  import pg from 'pg';
  import { testDatabase } from 'pawl/testing';
  const { url, drop } = await testDatabase();${LOOK}
  await drop();
  console.log(JSON.stringify(rows[0]));`;

interface Seen {
  readonly deploys: string;
  readonly path: string;
  readonly tables: string;
}

async function look(): Promise<Seen> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], { cwd: project.directory, env });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  return JSON.parse(said) as Seen;
}

it('is migrated once, however many processes begin at once, and again when a file has changed, roles and all', async () => {
  const seen = await Promise.all(Array.from({ length: 4 }, look));
  expect(new Set(seen.map(({ deploys }) => deploys)).size).toBe(1);
  expect(seen[0]).toMatchObject({ tables: 'goods', path: 'shop, public' });

  await writeFile(join(project.directory, 'migrations/004_more.sql'), 'create table more (id int);');
  const next = await look();
  expect(next.tables).toBe('goods more');
  expect(next.deploys).not.toBe(seen[0]!.deploys);
  expect(await databases('pawl_test_')).toEqual([]);
});

it('a failed test keeps its database and names it, with node:test and with Vitest; others are dropped', async () => {
  const body = (assert: string): string => `
    import pg from 'pg';
    import { testDatabase, withTestDatabase } from 'pawl/testing';
    ${assert}
    test('passes', async (t) => { await testDatabase({ test: t }); });
    test('fails', async (t) => { await testDatabase({ test: t }); throw new Error('no'); });
    test('fails too', withTestDatabase({}, async () => { throw new Error('no'); }));
    test('passes too', withTestDatabase({}, async ({ url }) => {${LOOK} }));`;
  await writeFile(join(project.directory, 'a.test.mjs'), body("import { test } from 'node:test';"));
  await writeFile(join(project.directory, 'b.spec.mjs'), body("import { test } from 'vitest';"));
  const runs = [
    ['--test', 'a.test.mjs'],
    ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout=60000', 'b.spec.mjs'],
  ];
  for (const args of runs) {
    const before = await databases('pawl_test_');
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project.directory, env, encoding: 'utf8' });
    const kept = (await databases('pawl_test_')).filter((name) => !before.includes(name));
    expect(kept).toHaveLength(2);
    for (const name of kept) expect(stdout + stderr).toContain(`/${name}`);
  }
});

it('a process that was killed leaves nothing behind after the next start; what was kept stays', async () => {
  const kept = await databases('pawl_test_');
  const killed = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      "import { testDatabase } from 'pawl/testing'; await testDatabase(); await testDatabase(); console.log('made'); setInterval(() => {}, 1000);",
    ],
    { cwd: project.directory, env },
  );
  await once(killed.stdout, 'data');
  const made = await databases('pawl_test_');
  killed.kill('SIGKILL');
  await once(killed, 'close');
  expect(made).toHaveLength(kept.length + 2);
  await look();
  expect(await databases('pawl_test_')).toEqual(kept);
});

it('pawl test-db makes databases for other languages, as standard input asks', async () => {
  const kept = await databases('pawl_test_');
  const pawl = spawnPawl(['test-db', '--json'], { cwd: project.directory, env, stdin: 'pipe' });
  const [, first] = await pawl.waitForOutput(/"name":"(\w+)"/);
  pawl.write('new\n');
  await pawl.waitForOutput(/"name":"\w+_2"/);
  pawl.write(`drop ${first}\n`);
  await expect.poll(() => databases('pawl_test_')).toHaveLength(kept.length + 1);
  pawl.endInput();
  expect((await pawl.exited).code).toBe(0);
  expect(await databases('pawl_test_')).toEqual(kept);
});

it('a template that a killed process has not finished is dropped by the next one, one that is being made is not', async () => {
  await server.query('create database pawl_template_left_draft');
  await server.query('create database pawl_template_busy_draft');
  await server.query("select pg_advisory_lock(hashtextextended('pawl test pawl_template_busy', 0))");
  await look();
  expect(await databases('pawl_template_left')).toEqual([]);
  expect(await databases('pawl_template_busy')).toEqual(['pawl_template_busy_draft']);
  await server.query('select pg_advisory_unlock_all()');
});

it('is migrated once when one process asks in several ways at once, also where a kept database has its roles', async () => {
  await writeFile(join(project.directory, 'migrations/005_slow.sql'), 'select pg_sleep(0.5);');
  const asked = { url: inject('postgresUrl'), cwd: project.directory };
  const made = await Promise.all([{}, { target: 'shop' }, { exec: false }].map((way) => testDatabase({ ...asked, ...way })));
  const deploys = await Promise.all(made.map(({ url }) => ask(url, 'select deploy_id from pawl.deploys')));
  await Promise.all(made.map((database) => database.drop()));
  expect(new Set(deploys).size).toBe(1);
});

it('is made anew when `before` has changed, or a variable that the files use', async () => {
  const from = async (config: string): Promise<string> => {
    const database = await testDatabase({ url: inject('postgresUrl'), cwd: project.directory, config });
    const seen = await ask(
      database.url,
      "select concat_ws(' ', to_regnamespace('one'), to_regnamespace('two'), (select note from notes))",
    );
    await database.drop();
    return seen;
  };
  await mkdir(join(project.directory, 'notes'));
  await writeFile(join(project.directory, 'notes/1_notes.sql'), "create table notes as select '${NOTE}' as note;");
  const write = async (file: string, before: string): Promise<void> =>
    writeFile(
      join(project.directory, file),
      `targets:\n  shop:\n    database: { env: SHOP_DATABASE_URL }\n    before: { schemas: [${before}] }\n    stages:\n` +
        '      - migrate: { directory: notes, placeholders: { NOTE: { env: SHOP_NOTE } } }\n',
    );
  await write('one.yaml', 'one');
  await write('two.yaml', 'two');
  await write('again.yaml', 'two');
  vi.stubEnv('SHOP_NOTE', 'red');
  expect(await from('one.yaml')).toBe('one red');
  expect(await from('two.yaml')).toBe('two red');
  vi.stubEnv('SHOP_NOTE', 'blue');
  expect(await from('again.yaml')).toBe('two blue');
});

it('is dropped after a Vitest test that asks for it', async (context) => {
  const { url } = await testDatabase({ url: inject('postgresUrl'), cwd: project.directory, test: context });
  asked = new URL(url).pathname.slice(1);
  expect(await databases('pawl_test_')).toContain(asked);
});

it('... and is gone by the next one', async () => {
  expect(await databases('pawl_test_')).not.toContain(asked);
});

it('says what to do where the server does not answer', async () => {
  const asked = testDatabase({ url: 'postgres://nobody@127.0.0.1:1/postgres', cwd: project.directory });
  await expect(asked).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    next: expect.stringContaining('PAWL_TEST_DATABASE_URL') as string,
  });
});
