import { expect, it, onTestFinished } from 'vitest';
import { golangMigrate } from '../../bench/peers/go.js';
import { createTestDatabase } from '../support/database.js';
import { begin, deployAll, targetOf } from '../support/engine.js';
import { Project } from './project.js';

const versions = (...numbers: number[]): string[] => numbers.map((n) => `create table t${n} (id int);\n`);

it('golang-migrate skips 103, which is merged after 106; Pawl names it and applies it', async () => {
  const runner = await golangMigrate.install();
  // The layout counts from 1: the versions stand in the names.
  const layout = (sql: readonly string[]): Record<string, string> =>
    Object.fromEntries(sql.map((text) => [`migrations/000${/\d+/.exec(text)![0]}_step.up.sql`, text]));
  const project = new Project({ ...runner, layout, directory: 'migrations' });
  const database = await createTestDatabase();
  onTestFinished(database.drop);

  await project.write(versions(101, 102, 104, 105, 106));
  await project.up(database.url);
  await project.write(versions(101, 102, 103, 104, 105, 106));
  expect(await project.up(database.url)).toContain('no change');
  expect(await database.query("select to_regclass('t103') as t103")).toEqual([{ t103: null }]);
  expect(await database.query('select version, dirty from schema_migrations')).toEqual([{ version: '106', dirty: false }]);

  const stage = await project.stage();
  await expect(begin(targetOf(database, { adopt: { from: 'auto' } }), [stage])).rejects.toMatchObject({
    code: 'LEGACY_SUSPECT',
    message: expect.stringMatching(/000103_step\.up\.sql \(version 103\) was probably skipped/) as string,
  });
  await deployAll(targetOf(database, { adopt: { from: 'auto', pending: ['103'] } }), [stage]);
  expect(await database.query("select source, late from pawl.applied_migrations where version = '103'")).toEqual([
    { source: 'applied', late: true },
  ]);
}, 1_800_000);

it('of two golang-migrate trackers, one stale and dirty, the right one can be named, and auto does not guess', async () => {
  const runner = await golangMigrate.install();
  const project = new Project({ ...runner, directory: 'migrations' });
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  await database.query('create schema old');
  const stale = new Project({
    ...runner,
    directory: 'migrations',
    up: (url) => ({
      command: runner.up(`${url}?search_path=old`).command.map((part) => part.replace('old?sslmode', 'old&sslmode')),
    }),
  });
  await stale.write(['create table a (id int);\n', 'create table b (id int); select 1 / 0;\n']);
  await expect(stale.up(database.url)).rejects.toThrow();
  await project.write(['create table a (id int);\n', 'create table b (id int);\n']);
  await project.up(database.url);

  const stage = await project.stage();
  await expect(begin(targetOf(database, { adopt: { from: 'auto' } }), [stage])).rejects.toMatchObject({
    code: 'LEGACY_AMBIGUOUS',
    message: expect.stringMatching(/old\.schema_migrations.*public\.schema_migrations/) as string,
  });
  await expect(begin(targetOf(database, { adopt: { from: 'auto', schema: 'old' } }), [stage])).rejects.toMatchObject({
    code: 'LEGACY_DIRTY',
  });
  expect((await begin(targetOf(database, { adopt: { from: 'auto', schema: 'public' } }), [stage])).adopted).toBe(2);
}, 1_800_000);
