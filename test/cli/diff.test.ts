import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runPawl } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait.js';
import { writeProject } from '../support/project.js';

let project: Awaited<ReturnType<typeof writeProject>> | undefined;
let database: TestDatabase | undefined;
afterEach(async () => {
  await project?.remove();
  await database?.drop();
});

it('compares directories, databases and recorded schemas, and says what a difference would break', async () => {
  database = await createTestDatabase();
  const { directory } = (project = await writeProject({
    'old/1_a.sql': `create table a (id int primary key, state text default 'new');`,
    'old/2_b.sql': 'create unique index a_state on a (state);',
    'new/1_all.sql': `create table a (id int primary key, state text default 'open');`,
  }));
  await database.query(
    `create table a (id int primary key, state text default 'new'); create unique index a_state on a (state);`,
  );
  // Throwaway databases on the shared server, so that no other one is started.
  const env = { DATABASE: database.url, PAWL_SCRATCH_DATABASE_URL: database.url };
  const pawl = (...args: string[]) => runPawl(['diff', ...args], { cwd: directory, env });

  expect((await pawl('old', 'env:DATABASE')).code).toBe(0);
  expect((await pawl('old', '--record', 'old.json')).code).toBe(0);
  const differs = await pawl('old.json', 'new', '--html', 'diff.html');
  expect(differs.code).toBe(7);
  expect(differs.stdout).toMatch(/index public\.a_state: only in A/);
  expect(differs.stdout).toMatch(/default/);
  expect(readFileSync(join(directory, 'diff.html'), 'utf8')).toMatch(/a_state/);
  const json = await pawl('old', 'new', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    differences: expect.arrayContaining([expect.objectContaining({ kind: 'index' })]) as unknown,
  });
  expect((await pawl('old', 'nowhere')).code).toBe(2);
  // Another test file may have some on the same server for a while.
  const left = async () => (await database!.query(`select from pg_database where datname like 'pawl_scratch_%'`)).length;
  await waitFor(async () => (await left()) === 0, { timeout: 60_000, what: 'the throwaway databases to be gone' });
});
