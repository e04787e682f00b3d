import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Migration } from '../../../src/engine/files/migration.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const OLD = ['1', '2', '3'].map((version) => migration(version, `create table t${version} (id int);`));
const NEXT = migration('4', 'create table t4 (id int);');

/** Files 2 and 3 stand for versions 1 to 3. */
const squashed = (version: string, sql: string): Migration =>
  migration(version, sql, {
    name: `${version}_squashed.sql`,
    directives: [{ name: 'squashes', argument: '1 2 3', line: 1 }],
  });
const NEW = [
  squashed('2', 'create table t1 (id int); create table t2 (id int);'),
  squashed('3', 'create table t3 (id int);'),
  NEXT,
];

const deploy = (files: Migration[]) => deployAll(targetOf(database), [stageOf(files)]);
const ledger = () => database.query('select version, name from pawl.applied_migrations order by version');

it('takes the place of what a database ran, without running, and says so in the audit', async () => {
  await deploy(OLD);
  const { outcomes } = await deploy(NEW);
  expect(outcomes[0]!.applied.map(({ version }) => version)).toEqual(['4']);
  expect(await ledger()).toEqual([
    { version: '1', name: '1.sql' },
    { version: '2', name: '2_squashed.sql' },
    { version: '3', name: '3_squashed.sql' },
    { version: '4', name: '4.sql' },
  ]);
  const events = await database.query(`select version, detail from pawl.events where kind = 'squashed' order by version`);
  expect(events).toEqual([
    { version: '2', detail: { from: '2.sql', to: '2_squashed.sql', versions: ['1', '2', '3'] } },
    { version: '3', detail: { from: '3.sql', to: '3_squashed.sql', versions: ['1', '2', '3'] } },
  ]);
  expect((await verifyTarget(targetOf(database), [stageOf(NEW)])).findings).toEqual([]);
  await deploy(NEW);
  expect(await database.query(`select from pawl.events where kind = 'squashed'`)).toHaveLength(2);
});

it('runs where none of the old ones did, and goes on where it ran in part', async () => {
  await deploy(NEW.slice(0, 1));
  const { outcomes } = await deploy(NEW);
  expect(outcomes[0]!.applied.map(({ version }) => version)).toEqual(['3', '4']);
  expect((await verifyTarget(targetOf(database), [stageOf(NEW)])).findings).toEqual([]);
});

it('refuses a database that ran some of the old ones, before anything is touched', async () => {
  await deploy(OLD.slice(0, 2));
  await expect(deploy(NEW)).rejects.toMatchObject({
    code: 'SQUASH_PARTIAL',
    message: expect.stringMatching(/of which 3 is not/) as string,
  });
  expect(await ledger()).toHaveLength(2);
});

it('is a file like any other once it is there: an edit of it is found', async () => {
  await deploy(OLD);
  await deploy(NEW);
  const edited = [NEW[0]!, squashed('3', 'create table t3 (id bigint);'), NEXT];
  await expect(deploy(edited)).rejects.toMatchObject({ code: 'LEDGER_EDITED' });
});
