import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

let project: DeployProject | undefined;
afterEach(() => project?.remove());

it('while a migration waits for a lock, status names the session that has it; the deploy goes on when it is gone', async () => {
  project = await createDeployProject({
    files: { 'migrations/001_a.sql': 'create table b ();', 'migrations/002_b.sql': 'alter table a add column b int;' },
    settings: '    lockTimeout: 20s\n',
  });
  const { pawl, spawn, database, target } = project;
  await project.startWorker();
  await database.query('create table a (id int)');
  const reader = new pg.Client({ connectionString: database.url, application_name: 'nightly-report' });
  await reader.connect();
  try {
    await reader.query('begin; lock table a in access share mode');
    const following = spawn('deploy');
    await following.waitForOutput(/waits for session \d+\s+\(nightly-report/);
    const status = await pawl('status', target);
    expect(status.stdout).toMatch(/applying 002_b\.sql/);
    expect(status.stdout).toMatch(/waits for session \d+\s+\(nightly-report, user postgres, idle in\s+transaction/);
    expect(status.stdout).not.toMatch(/lock table a/);
    await reader.query('rollback');
    expect((await following.exited).code).toBe(0);
  } finally {
    await reader.end();
  }
});
