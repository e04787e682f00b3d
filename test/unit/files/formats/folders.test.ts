import { describe, expect, it } from 'vitest';
import { discover, faultsOf, scripts, warningsOf } from '../../../support/migration-directory.js';

describe('diesel', () => {
  it('takes a folder for a migration, with its metadata', async () => {
    const files = {
      '00000000000000_setup/up.sql': 'select 0;',
      '2024-01-02-030405_b/up.sql': 'vacuum;',
      '2024-01-02-030405_b/metadata.toml': '# why\nrun_in_transaction = false\n',
      '2024-01-01-030405_a/up.sql': 'select 1;',
      '2024-01-01-030405_a/down.sql': 'select -1;',
    };
    expect(await scripts(files)).toEqual([
      { version: '0', name: '00000000000000_setup', sql: 'select 0;' },
      { version: '20240101030405', name: '2024-01-01-030405_a', sql: 'select 1;', down: 'select -1;' },
      { version: '20240102030405', name: '2024-01-02-030405_b', sql: 'vacuum;', transaction: 'none' },
    ]);
  });

  it('names folders and files that are no migrations', async () => {
    expect(await faultsOf({ '1_a/up.sql': '', 'init/up.sql': '', '2_b.sql': '' })).toEqual([
      'FILES_BAD_NAME m/init: the name of the folder does not begin with a version',
      'FILES_BAD_NAME m/2_b.sql: a file beside the folders, and each migration here is a folder',
    ]);
    expect(
      (await discover({ '1_a/up.sql': '', '10_b/up.sql': '', '2_c/up.sql': '' })).migrations.map(({ name }) => name),
    ).toEqual(['1_a', '10_b', '2_c']);
    expect(await faultsOf({ '1_a/up.sql': '', 'sample_data.sql': '' })).toEqual([]);
  });
});

describe('Prisma', () => {
  it('knows those with the same number by their names, in the order of the names', async () => {
    const { migrations, faults } = await discover({
      'migration_lock.toml': 'provider = "postgresql"',
      '20240304_view/migration.sql': '',
      '20240304_view_again/migration.sql': '',
      '20240304_view_third/migration.sql': '',
      '20240305_more/migration.sql': '',
    });
    expect(faults).toEqual([]);
    expect(migrations.map(({ version }) => version)).toEqual([
      '20240304',
      '20240304_view_again',
      '20240304_view_third',
      '20240305',
    ]);
  });

  it('takes a folder for a migration', async () => {
    const { migrations } = await discover({
      'migration_lock.toml': 'provider = "postgresql"',
      '0_init/migration.sql': 'select 1;',
    });
    expect(migrations).toMatchObject([{ version: '0', name: '0_init', path: 'm/0_init/migration.sql', sql: 'select 1;' }]);
  });

  it('sorts names as text, as Prisma does, whatever the length of their numbers', async () => {
    const { migrations } = await discover({
      'migration_lock.toml': 'provider = "postgresql"',
      '20250625_add/migration.sql': '',
      '20250624120000_before/migration.sql': '',
      '20250626120000_after/migration.sql': '',
    });
    expect(migrations.map(({ name }) => name)).toEqual(['20250624120000_before', '20250625_add', '20250626120000_after']);
  });

  it('takes out the BEGIN and COMMIT that Prisma writes around a changed enum', async () => {
    const sql = '-- AlterEnum\nBEGIN;\nalter type a rename to b;\nCOMMIT;\nselect 1;';
    const { migrations } = await discover({ 'migration_lock.toml': 'provider = "postgresql"', '1_enum/migration.sql': sql });
    expect(migrations).toMatchObject([{ sql: sql.replace('BEGIN', '     ').replace('COMMIT', '      '), text: sql }]);
  });

  it('refuses migrations for another database', async () => {
    expect(await faultsOf({ 'migration_lock.toml': 'provider = "mysql"', '0_init/migration.sql': 'select 1;' })).toEqual([
      'FILES_UNSUPPORTED m/migration_lock.toml: the migrations are for mysql',
    ]);
  });
});

describe('Drizzle', () => {
  const journal = (...tags: string[]): string =>
    JSON.stringify({ dialect: 'postgresql', entries: tags.map((tag, idx) => ({ idx, when: 1, tag })) });

  it('reads the journal in its own order, tags being the identity', async () => {
    const files = {
      'meta/_journal.json': journal('0000_z', '0002_b', '0001_a'),
      'meta/0000_snapshot.json': '{}',
      '0000_z.sql': 'create table a ()--> statement-breakpoint\ncreate table b ();--> statement-breakpoint\nselect 1;',
      '0001_a.sql': 'select 2;',
      '0002_b.sql': 'select 3;',
    };
    expect(await scripts(files)).toEqual([
      { version: '0000_z', name: '0000_z.sql', sql: 'create table a (); create table b ();; select 1;' },
      { version: '0002_b', name: '0002_b.sql', sql: 'select 3;' },
      { version: '0001_a', name: '0001_a.sql', sql: 'select 2;' },
    ]);
  });

  it('tells what the journal and the files disagree about', async () => {
    const files = { 'meta/_journal.json': journal('0000_a'), '0001_b.sql': '' };
    expect(await faultsOf(files)).toEqual(['FILES_FORMAT m/meta/_journal.json: it names 0000_a, and there is no 0000_a.sql']);
    expect(await warningsOf(files)).toEqual([
      'm/0001_b.sql: meta/_journal.json does not name it, so Drizzle never runs it, and neither does Pawl',
    ]);
    expect(await faultsOf({ 'meta/_journal.json': '{<<<<' })).toEqual([
      expect.stringMatching(/^FILES_FORMAT m\/meta\/_journal.json: it is no JSON/),
    ]);
    expect(await faultsOf({ 'meta/_journal.json': '{"dialect":"mysql","entries":[]}' })).toEqual([
      'FILES_UNSUPPORTED m/meta/_journal.json: the migrations are for "mysql"',
    ]);
  });

  it('reads the folders of 1.0', async () => {
    const files = {
      '20240101000000_a/migration.sql': 'select 1;--> statement-breakpoint',
      '20240101000000_a/snapshot.json': '{}',
    };
    expect(await scripts(files)).toEqual([{ version: '20240101000000', name: '20240101000000_a', sql: 'select 1;;' }]);
  });
});
