import { afterEach, beforeEach, expect, it } from 'vitest';
import { discoverMigrations } from '../../../src/engine/files/discover.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, stageOf, targetOf } from '../../support/engine.js';
import { writeMigrations, type Files } from '../../support/migration-directory.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const BATCHES = 'do $$ begin update a set id = 1; commit; update a set id = 2; end $$;';
const CALLED = 'create procedure p() language plpgsql as $$ begin update a set id = 3; commit; end $$;\ncall p();';
const FIRST = 'create table a (id int); insert into a values (0);';

it.each<[string, Files]>([
  [
    'goose',
    {
      '1_a.sql': `-- +goose Up\n${FIRST}`,
      '2_b.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\n${BATCHES}\n-- +goose StatementEnd`,
    },
  ],
  ['dbmate', { '1_a.sql': `-- migrate:up\n${FIRST}`, '2_b.sql': `-- migrate:up transaction:false\n${BATCHES}` }],
  ['sqlx', { '1_a.sql': FIRST, '2_b.sql': `-- no-transaction\n${BATCHES}` }],
  ['tern', { '1_a.sql': FIRST, '2_b.sql': `---- tern: disable-tx ----\n${BATCHES}\n---- create above / drop below ----\n` }],
  ['Flyway', { 'V1__a.sql': FIRST, 'V2__b.sql': BATCHES, 'V2__b.sql.conf': 'executeInTransaction=false' }],
  ['diesel', { '1_a/up.sql': FIRST, '2_b/up.sql': BATCHES, '2_b/metadata.toml': 'run_in_transaction = false' }],
  ['sql-migrate', { '1_a.sql': `-- +migrate Up\n${FIRST}`, '2_b.sql': `-- +migrate Up notransaction\n${BATCHES}` }],
  ['postgres-migrations', { '1_a.sql': FIRST, '2_b.sql': `-- postgres-migrations disable-transaction\n${BATCHES}` }],
  ['Pawl', { '1_a.sql': FIRST, '2_b.sql': `-- pawl:no-transaction\n${BATCHES}\n${CALLED}` }],
])('the mark of %s that takes a file out of its transaction lets code commit by itself', async (tool, files) => {
  const { migrations, faults } = await discoverMigrations({ directory: 'm' }, writeMigrations(files));
  expect(faults).toEqual([]);
  await deployAll(targetOf(database), [stageOf([...migrations])]);
  expect(await database.query('select id from a')).toEqual([{ id: tool === 'Pawl' ? 3 : 2 }]);
});
