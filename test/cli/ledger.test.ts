import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

let project: DeployProject | undefined;
afterEach(() => project?.remove());

const FILES = { 'migrations/001_a.sql': 'create table a ();', 'migrations/002_b.sql': 'create table b ();' };

it('a rename, an edit and a missing row are settled by audited acts, each only where it fits', async () => {
  project = await createDeployProject({ files: FILES });
  const { pawl, write, applied, target, database } = project;
  expect((await pawl('deploy', '--direct')).code).toBe(0);

  await write({ 'migrations/002_b.sql': null, 'migrations/002_better.sql': FILES['migrations/002_b.sql'] });
  const renamed = await pawl('deploy', '--direct');
  expect(renamed.code).toBe(4);
  expect(renamed.stderr).toMatch(/pawl ledger rename 2\s+--reason/);
  expect((await pawl('ledger', 'rename', '2', target)).code).toBe(2);
  const done = await pawl('ledger', 'rename', '2', target, '--reason', 'a better name', '--by', 'ann');
  expect(done.stdout + done.stderr).toMatch(/002_b\.sql is now known as 002_better\.sql/);
  expect((await pawl('deploy', '--direct')).code).toBe(0);

  await write({ 'migrations/001_a.sql': '-- only a comment\ncreate table a ();' });
  const commented = await pawl('deploy', '--direct');
  expect(commented.code).toBe(0);
  expect(commented.stderr).toMatch(/comments or\s+white space only/);

  await write({ 'migrations/001_a.sql': 'create table a (id int);' });
  expect((await pawl('deploy', '--direct')).code).toBe(4);
  expect((await pawl('ledger', 'rename', '1', target, '--reason', 'no')).code).toBe(4);
  expect((await pawl('ledger', 'accept', '1', target, '--reason', 'column added by hand')).code).toBe(0);
  expect((await pawl('deploy', '--direct')).code).toBe(0);

  await write({ 'migrations/003_c.sql': 'create table a ();' });
  expect((await pawl('ledger', 'mark-applied', '3', target, '--reason', 'made by hand')).code).toBe(0);
  expect((await pawl('ledger', 'mark-applied', '3', target, '--reason', 'again')).code).toBe(4);
  expect((await pawl('deploy', '--direct')).code).toBe(0);
  expect(await applied()).toEqual(['1', '2', '3']);
  expect((await pawl('ledger', 'forget', '3', target, '--reason', 'it was not')).code).toBe(0);
  expect(await applied()).toEqual(['1', '2']);

  await database.query('update pawl.applied_migrations set checksum = null, statements_checksum = null where version = $1', [
    '2',
  ]);
  await write({ 'migrations/003_c.sql': null });
  expect((await pawl('ledger', 'checksum', target)).code).toBe(2);
  const filled = await pawl('ledger', 'checksum', target, '--reason', 'compared by hand');
  expect(filled.stdout).toMatch(/1 row has the checksum of its file now/);
  await write({ 'migrations/002_better.sql': 'create table b (id int);' });
  expect((await pawl('deploy', '--direct')).stderr).toMatch(/002_better\.sql was edited after it was applied/);
  expect(
    await database.query(`select reason, detail->'versions' as versions from pawl.events where kind = 'ledger.checksum'`),
  ).toEqual([{ reason: 'compared by hand', versions: ['2'] }]);
  expect(
    await database.query(`select kind, version, by, reason from pawl.events where kind like 'ledger.%' order by id limit 1`),
  ).toEqual([{ kind: 'ledger.rename', version: '2', by: 'ann', reason: 'a better name' }]);
});
