import { describe, expect, it } from 'vitest';
import { findCollisions } from '../../../src/engine/files/collisions.js';
import { discoverMigrations } from '../../../src/engine/files/discover.js';
import { discover, scripts, writeMigrations } from '../../support/migration-directory.js';

const versions = async (files: Parameters<typeof scripts>[0], source?: Parameters<typeof scripts>[1]): Promise<string[]> =>
  ((await scripts(files, source)) as { version: string }[]).map(({ version }) => version);

describe('several directories', () => {
  it('have one order by version, repeatable scripts last', async () => {
    const root = writeMigrations({
      'common/V1__a.sql': '',
      'common/V3__c.sql': '',
      'common/R__views.sql': 'select 1;',
      'postgres/V2__b.sql': '',
      'postgres/V10__d.sql': '',
    });
    const { migrations, faults } = await discoverMigrations({ directory: ['m/common', 'm/postgres'] }, root);
    expect(faults).toEqual([]);
    expect(migrations.map(({ path }) => path)).toEqual([
      'm/common/V1__a.sql',
      'm/postgres/V2__b.sql',
      'm/common/V3__c.sql',
      'm/postgres/V10__d.sql',
      'm/common/R__views.sql',
    ]);
  });

  it('tell the faults of all, and a version that two of them have', async () => {
    const root = writeMigrations({ 'a/1_a.sql': '', 'b/1_b.sql': '', 'b/2.SQL': '' });
    const { migrations, faults } = await discoverMigrations({ directory: ['m/a', 'm/b', 'm/gone'] }, root);
    expect(faults.map(({ code }) => code)).toEqual(['FILES_BAD_NAME', 'FILES_MISSING_DIRECTORY']);
    expect(findCollisions(migrations)[0]!.message).toBe('version 1 is there twice: m/a/1_a.sql and m/b/1_b.sql');
  });
});

describe('identity: name', () => {
  it('tells files of one number apart, in the order of their names', async () => {
    const files = { '0010_b.sql': '', '0010_a.sql': '', '0011_c.sql': '' };
    expect(await versions(files, { identity: 'name' })).toEqual(['10', '0010_b', '11']);
    expect(findCollisions((await discover(files)).migrations)[0]!.next).toContain('identity: name');
  });

  it('does not let a file that undoes another run after it', async () => {
    const files = { '1_a.up.sql': '', '1_a.down.sql': '', '2_b.sql': '', '2_b.down.sql': '' };
    expect(await versions(files, { identity: 'name' })).toEqual(['1', '2']);
  });
});

describe('the tool’s own rule for names', () => {
  it('Atlas takes what stands before the first underscore, and orders names as text', async () => {
    const files = { 'atlas.sum': '', '20230710111950-cas-backend.sql': 'select 1;', '20230710111949_a.sql': 'select 1;' };
    const { migrations } = await discover(files, { format: 'atlas' });
    expect(migrations.map(({ version }) => version)).toEqual(['20230710111950-cas-backend', '20230710111949'].sort());
  });

  it('diesel takes what stands before the first underscore, without dashes', async () => {
    const files = { '2023-05-23-1715-update-x/up.sql': 'select 1;', '2023-05-24-000000_y/up.sql': 'select 1;' };
    expect(await versions(files)).toEqual(['202305231715updatex', '20230524000000']);
  });
});
