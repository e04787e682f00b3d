import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runMigrations } from 'graphile-worker';
import { afterEach, expect, it } from 'vitest';
import { diffDatabases } from '../../src/catalog/diff.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

let project: DeployProject | undefined;
let reference: TestDatabase | undefined;
afterEach(async () => {
  await project?.remove();
  await reference?.drop();
});

const SQL = join(dirname(createRequire(import.meta.url).resolve('graphile-worker/package.json')), 'sql');

/** What graphile-worker's migrator does before its first file (dist/migrate.js, installSchema). */
const BOOTSTRAP = `create schema :GRAPHILE_WORKER_SCHEMA;
create table :GRAPHILE_WORKER_SCHEMA.migrations (id int primary key, ts timestamptz default now() not null, breaking boolean not null default false);`;

it('the migrations of graphile-worker give the schema that its own migrator makes, and run once', async () => {
  const files = Object.fromEntries(readdirSync(SQL).map((name) => [`migrations/${name}`, readFileSync(join(SQL, name), 'utf8')]));
  project = await createDeployProject({
    files: { ...files, 'migrations/000000_schema.sql': BOOTSTRAP },
    stages: '      - migrate: { directory: migrations, placeholders: { GRAPHILE_WORKER_SCHEMA: \'"graphile_worker"\' } }',
  });
  await project.startWorker();
  const first = await project.pawl('deploy');
  expect(first.stderr).toMatch(new RegExp(`${Object.keys(files).length + 1} applied`));
  expect(first.code).toBe(0);
  const second = await project.pawl('deploy');
  expect(second.stderr).toMatch(/nothing is pending/);
  expect(second.code).toBe(0);
  expect(await project.applied()).toHaveLength(Object.keys(files).length + 1);

  reference = await createTestDatabase();
  await runMigrations({ connectionString: reference.url, schema: 'graphile_worker' });
  expect(await diffDatabases(reference.url, project.database.url)).toEqual([]);
});
