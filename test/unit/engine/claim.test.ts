import { expect, it } from 'vitest';
import { claimNames } from '../../../src/engine/legacy/claim.js';
import { discover } from '../../support/migration-directory.js';

it('claims each of those with one number by its name, and none that is gone for another', async () => {
  const { migrations } = await discover({
    'migration_lock.toml': 'provider = "postgresql"',
    '7_a/migration.sql': '',
    '7_b/migration.sql': '',
  });
  const claims = claimNames([{ name: '7_b' }, { name: '7_a' }, { name: '7_gone' }], migrations);
  expect(claims.map(({ version, name }) => [version, name])).toEqual([
    ['7_b', '7_b'],
    ['7', '7_a'],
    ['7_gone', '7_gone'],
  ]);
});

it('claims a renamed one by its number', async () => {
  const { migrations } = await discover({ 'migration_lock.toml': 'provider = "postgresql"', '7_new/migration.sql': '' });
  expect(claimNames([{ name: '7_old' }], migrations)).toMatchObject([{ version: '7', name: '7_old' }]);
});
