import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { runPawl } from '../support/cli.js';
import { writeProject } from '../support/project.js';

const root = join(import.meta.dirname, '../..');
const BOOT = `
  import { createRequire } from 'node:module';
  import { awaitMigrations, compareMigrations } from 'pawl/await';
  const database = { connectionString: process.env.TEST_DATABASE_URL };
  const files = { directories: ['m'], root: process.argv[1] };
  const before = await compareMigrations(database, files);
  console.log(JSON.stringify(before));
  await awaitMigrations(database, files, { timeout: 60_000, onWait: (missing) => console.log('waits for [' + missing + ']') });
  console.log(JSON.stringify(await compareMigrations(database, { versions: ['1'] })));
  const loaded = Object.keys(createRequire(import.meta.url)('node:module')._cache);
  console.log(loaded.filter((path) => path.includes('@temporalio')).length);
`;

let database: TestDatabase;
let project: Awaited<ReturnType<typeof writeProject>>;
beforeEach(async () => {
  database = await createTestDatabase();
  project = await writeProject({
    'pawl.config.yaml': 'targets:\n  shop:\n    database: { env: TEST_DATABASE_URL }\n    stages:\n      - migrate: m\n',
    'm/001_a.sql': 'create table a (id int);',
    'm/002_b.sql': 'create table b (id int);',
  });
});
afterEach(async () => {
  await project.remove();
  await database.drop();
});

it('a Node service waits for its own files by one import, without Temporal, and asks which are missing', async () => {
  const env = { ...process.env, TEST_DATABASE_URL: database.url };
  const service = promisify(execFile)(process.execPath, ['--input-type=module', '-e', BOOT, project.directory], {
    cwd: root,
    env,
  });
  let said = '';
  service.child.stdout!.on('data', (text: string) => (said += text));
  await expect.poll(() => said, { timeout: 30_000 }).toContain('waits for [1,2]');
  const deploy = await runPawl(['deploy', '--direct'], { cwd: project.directory, env: { TEST_DATABASE_URL: database.url } });
  expect(deploy.code).toBe(0);
  const { stdout } = await service;
  // A look may come between the two migrations, or when they are not on disk yet: each is told once.
  expect(stdout).toMatch(
    /^\{"missing":\["1","2"\],"unknown":\[\]\}\nwaits for \[1,2\]\n(waits for \[2\]\n)?(waits for \[\]\n)?\{"missing":\[\],"unknown":\["2"\]\}\n0\n$/,
  );
});

it('the documented line of SQL says the same', async () => {
  const text = readFileSync(join(root, 'docs/ci.md'), 'utf8');
  const sql = /```sql\n(select .*?)```/s.exec(text)![1]!;
  await database.query(
    "create schema pawl; create table pawl.applied_migrations (version text primary key, position int); create table pawl.lease (flushed int); insert into pawl.applied_migrations values ('107', 1); insert into pawl.lease values (1)",
  );
  expect(await database.query(sql)).toEqual([{ ready: false }]);
  await database.query("insert into pawl.applied_migrations values ('108', 2)");
  expect(await database.query(sql)).toEqual([{ ready: false }]);
  await database.query('update pawl.lease set flushed = 2');
  expect(await database.query(sql)).toEqual([{ ready: true }]);
});
