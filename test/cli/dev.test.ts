import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runPawl, spawnPawl } from '../support/cli.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

let project: DeployProject;
afterEach(() => project.remove());

it('deploys what changes during the first deploy', async () => {
  project = await createDeployProject({ files: { 'migrations/1_a.sql': 'create table a (id int); select pg_sleep(3);' } });
  const dev = spawnPawl(['dev'], { cwd: project.directory, env: { ...project.env, TEST_DATABASE_URL: undefined } });
  try {
    await dev.waitForOutput(/1 pending/, 60_000);
    await project.write({ 'migrations/2_b.sql': 'create table b (id int);' });
    await dev.waitForOutput(/Watching[^]*applied 2_b\.sql[^]*is deployed: 1 applied/, 60_000);
  } finally {
    expect((await dev.kill('SIGINT')).code).toBe(0);
  }
});

it('begins anew after a file was edited that had run: --reset', async () => {
  project = await createDeployProject({ files: { 'migrations/1_a.sql': 'create table a (id int);' } });
  const options = { cwd: project.directory, env: { ...project.env, TEST_DATABASE_URL: undefined } };
  expect((await runPawl(['dev', '--once'], options)).code).toBe(0);
  await project.write({ 'migrations/1_a.sql': 'create table a (id bigint);' });
  const edited = await runPawl(['dev', '--once'], options);
  expect(edited.code).toBe(4);
  expect(edited.stderr).toContain('pawl dev --reset');
  await project.write({ 'migrations/2_b.sql': 'create table a (id bigint);' });
  const blocked = await runPawl(['dev', '--once', '--reset'], options);
  expect(blocked.stderr).toMatch(/applied 1_a\.sql[^]*is blocked at 2/);
  const again = await runPawl(['dev', '--once', '--reset'], options);
  expect(again.stderr).toMatch(/applied 1_a\.sql[^]*is blocked at 2/);
});

it('brings a database along, deploys, and deploys again what changes', async () => {
  project = await createDeployProject({ files: { 'migrations/1_a.sql': 'create table a (id int);' } });
  const options = { cwd: project.directory, env: { ...project.env, TEST_DATABASE_URL: undefined } };
  const dev = spawnPawl(['dev'], options);
  try {
    await dev.waitForOutput(/PostgreSQL \d+\.\d+ at port[^]*applied 1_a\.sql[^]*is deployed: 1 applied[^]*Watching/, 60_000);
    const file = join(project.directory, '.pawl/env');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/export TEST_DATABASE_URL='postgres:/);
    expect(await readFile(join(project.directory, '.pawl/.gitignore'), 'utf8')).toBe('*\n');

    await project.write({ 'migrations/2_b.sql': '' });
    await dev.waitForOutput(/is not deployed while files are empty: migrations\/2_b\.sql/);
    await project.write({ 'migrations/2_b.sql': 'create tabl b (id int);' });
    await dev.waitForOutput(/2_b\.sql:1[^]*syntax error at or near "tabl"/);
    await project.write({ 'migrations/2_b.sql': 'alter table a add check (nope > 0);' });
    await dev.waitForOutput(/is blocked at 2/);
    await project.write({ 'migrations/2_b.sql': 'alter table a add check (id > 0);' });
    await dev.waitForOutput(/this release takes its place[^]*applied 2_b\.sql[^]*is deployed: 1 applied/);
  } finally {
    expect((await dev.kill('SIGINT')).code).toBe(0);
  }
  const once = await runPawl(['dev', '--once'], options);
  expect(once.stderr).toMatch(/nothing is pending[^]*is deployed: 0 applied/);
  expect(once.code).toBe(0);
});
