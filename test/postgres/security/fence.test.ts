import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const stages = [stageOf([migration('1', 'create table a (id int);')])];

it.each([
  ['is off', 'alter table pawl.intents disable trigger fence', /fence of pawl\.intents is off/],
  ['fires for replication only', 'alter table pawl.intents enable replica trigger fence', /fence of pawl\.intents is off/],
  ['is missing', 'drop trigger fence on pawl.applied_migrations', /fence of pawl\.applied_migrations is missing/],
  [
    'does nothing',
    'create or replace function pawl.fence() returns trigger language plpgsql as $$ begin return null; end $$',
    /function of the trigger fence of pawl\.applied_migrations is not Pawl's own/,
  ],
])('verify names a fence that %s', async (_, sql, message) => {
  const target = targetOf(database);
  await deployAll(target, stages);
  expect((await verifyTarget(target, stages)).findings).toEqual([]);
  await database.query(sql);
  expect((await verifyTarget(target, stages)).findings[0]).toMatchObject({
    severity: 'error',
    code: 'LEDGER_DAMAGED',
    message: expect.stringMatching(message) as string,
  });
});

it('a migration that gives the lock away, and hides that it switches triggers off, is not recorded as applied', async () => {
  const hidden = `do $$ begin execute 'set session_' || 'replication_role = replica'; execute 'select pg_advisory_' || 'unlock_all()'; end $$;`;
  const target = targetOf(database);
  await deployAll(target, stages);
  await database.query('update pawl.lease set released_at = now()');
  const both = [stageOf([...stages[0]!.migrations, migration('2', `create table b (id int); ${hidden}`)])];
  await expect(deployAll(target, both)).rejects.toMatchObject({ code: 'LEASE_FENCED' });
  expect(await database.query(`select to_regclass('b') as b`)).toEqual([{ b: null }]);
});
