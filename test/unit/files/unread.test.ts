import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { discoverMigrations } from '../../../src/engine/files/discover.js';
import { faultsOf, warningsOf, writeMigrations, type Files } from '../../support/migration-directory.js';

const GOOD = { '1_a.sql': 'select 1;' };

describe('what could be a migration and is not read', () => {
  it.each([
    '2_b.SQL',
    '2_b.Sql',
    '2_b.pgsql',
    '2_b.psql',
    '2_b.ddl',
    '2_b.sql.gz',
    '2_b.sql.txt',
    '2_b.sql.j2',
    '2_b',
    'functions.SQL',
    'v2__b.psql',
  ])('%s is refused by its name', async (file) => {
    const ending = /\.[^.]*$/.exec(file)?.[0];
    expect(await faultsOf({ ...GOOD, [file]: 'select 2;' })).toEqual([
      `FILES_BAD_NAME m/${file}: the name ${ending === undefined ? 'has no ending' : `ends in ${ending}`}, and only .sql is read`,
    ]);
  });

  it.each(['V2__b.rs', 'm20240101_000001_b.rs', 'Version20240101000000.php', '2_b.exs', '2_b.kt', 'M0002_B.cs'])(
    '%s is refused as another language',
    async (file) => {
      expect(await faultsOf({ ...GOOD, [file]: '' })).toEqual([
        `FILES_UNSUPPORTED m/${file}: a migration in ${file.split('.').pop()}, and Pawl runs SQL`,
      ]);
    },
  );

  it.each([['1_archive/zzz.sql'], ['1_archive/1_a.sql'], ['sub/x.SQL'], ['2024/01/3_c.sql']])(
    '%s in a plain directory is refused',
    async (file) => {
      expect(await faultsOf({ '2_b.sql': '', [file]: '' })).toHaveLength(1);
      expect((await faultsOf({ '2_b.sql': '', [file]: '' }))[0]).toContain(`m/${file}: `);
    },
  );

  it.each<[string, Files, string]>([
    [
      'Prisma',
      { '1_a/migration.sql': '', '2_b/migration.ts': '' },
      'm/2_b: a folder with a version and without a migration.sql (it holds migration.ts)',
    ],
    [
      'Prisma, misspelt',
      { '1_a/migration.sql': '', '2_b/migrations.sql': '' },
      'm/2_b: a folder with a version and without a migration.sql (it holds migrations.sql)',
    ],
    [
      'diesel',
      { '1_a/up.sql': '', '2_b/Up.sql': '', '2_b/down.sql': '' },
      'm/2_b: a folder with a version and without a up.sql (it holds Up.sql, down.sql)',
    ],
    ['Hasura', { '1_a/up.sql': '', '2_b/up.yaml': '' }, 'm/2_b: a folder with a version and without a up.sql (it holds up.yaml)'],
    [
      'Drizzle',
      { '1_a/migration.sql': '', '1_a/snapshot.json': '{}', '2_b/snapshot.json': '{}' },
      'm/2_b: a folder with a version and without a migration.sql (it holds snapshot.json)',
    ],
  ])('a folder of %s without its script is refused', async (_, files, message) => {
    expect(await faultsOf(files)).toEqual([`FILES_BAD_NAME ${message}`]);
  });

  it('a folder with a version is refused when it is empty', async () => {
    const root = writeMigrations({ '1_a/up.sql': '' });
    mkdirSync(join(root, 'm/2_b'));
    const plain = writeMigrations(GOOD);
    mkdirSync(join(plain, 'm/2_b'));
    const faults = async (of: string): Promise<string[]> =>
      (await discoverMigrations({ directory: 'm' }, of)).faults.map(({ message }) => message);
    expect(await faults(root)).toEqual(['m/2_b: a folder with a version and without a up.sql (it is empty)']);
    expect(await faults(plain)).toEqual(['m/2_b: a folder with a version, and no migration in it']);
  });

  it('pipes, sockets and links that lead to no file are refused without being opened', async () => {
    const root = writeMigrations(GOOD);
    execFileSync('mkfifo', [join(root, 'm/2_b.sql')]);
    const server = createServer().listen(join(root, 'm/3_c.sql'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    symlinkSync('nowhere.sql', join(root, 'm/4_d.sql'));
    symlinkSync('2_b.sql', join(root, 'm/5_e.sql'));
    symlinkSync('.', join(root, 'm/loop'));
    symlinkSync('1_a.sql', join(root, 'm/6_f.sql'));
    const { faults, migrations } = await discoverMigrations({ directory: 'm' }, root);
    expect(faults.map(({ message }) => message).sort()).toEqual([
      'm/2_b.sql: a named pipe, not a file',
      'm/3_c.sql: a socket, not a file',
      'm/4_d.sql: a link that leads nowhere',
      'm/5_e.sql: a link to a named pipe, not a file',
      'm/loop: a link to a directory, which is not followed',
    ]);
    expect(migrations.map(({ name }) => name)).toEqual(['1_a.sql', '6_f.sql']);
  });
});

describe('what lies beside migrations', () => {
  it.each([
    'README.md',
    'README',
    'readme.txt',
    'CHANGELOG.rst',
    '.gitkeep',
    '.2_b.sql',
    '2_b.sql~',
    '2_b.sql.orig',
    '2_b.sql.rej',
    '.2_b.sql.swp',
    '#2_b.sql#',
    'Thumbs.db',
    'desktop.ini',
    '.DS_Store',
    '001_notes.md',
    '1_data.csv',
    'notes.txt',
    'Makefile',
    'embed.go',
    '__pycache__/1_x.cpython-311.pyc',
    'node_modules/p/2_b.sql',
  ])('%s is nobody’s concern', async (file) => {
    expect(await faultsOf({ ...GOOD, [file]: '' })).toEqual([]);
    expect(await warningsOf({ ...GOOD, [file]: '' })).toEqual([]);
  });

  const COMMITTED = {
    'committed/000001.sql': '--! Previous: -\n--! Hash: sha1:39956cbf4f8e67b4dc288f2fdbc3bdebd35fe0f3\n\ncreate table a ();\n',
    'current.sql': 'select 1;',
  };
  const flyway = { 'V1__a.sql': '', 'R__b.sql': '' };
  const dbmate = { '1_a.sql': '-- migrate:up\n' };
  it.each<[string, Files, string, string]>([
    ['Flyway', flyway, 'update-sequences.sql', 'its name is not that of a migration, so Flyway'],
    ['dbmate', dbmate, 'seed.sql', 'its name is not that of a migration, so dbmate'],
    ['dbmate', dbmate, 'archive/0_old.sql', 'it lies in a subdirectory, so dbmate'],
    ['goose', { '1_a.sql': '-- +goose Up\n' }, 'helpers.sql', 'its name is not that of a migration, so goose'],
    [
      'Liquibase',
      { 'master.xml': '<databaseChangeLog></databaseChangeLog>' },
      'lost.sql',
      'no changelog includes it, so Liquibase',
    ],
    ['Sqitch', { 'sqitch.plan': '%project=p\n' }, 'deploy/lost.sql', 'sqitch.plan does not name it, so Sqitch'],
    ['graphile-migrate', COMMITTED, '3-sequences.sql', 'it is not in committed/, so graphile-migrate'],
    ['sqlx', { '1_a.sql': '-- no-transaction\n' }, '2_b.down.sql', 'it undoes a migration that is not there, so sqlx'],
    ['Prisma', { '1_a/migration.sql': '' }, '1_a/seed.sql', 'it is not the migration.sql of its folder, so Prisma'],
  ])('%s passes over a stray file, which is said and refuses nothing', async (_, files, stray, why) => {
    const all = { ...files, [stray]: why.includes('Liquibase') ? '--liquibase formatted sql\n' : 'select 1;' };
    expect(await faultsOf(all)).toEqual([]);
    expect(await warningsOf(all)).toEqual([`m/${stray}: ${why} never runs it, and neither does Pawl`]);
  });

  it('a misspelt name of the tool’s own kind is refused all the same', async () => {
    expect(await faultsOf({ ...flyway, 'v2__b.sql': '' })).toEqual(['FILES_BAD_NAME m/v2__b.sql: not a name that Flyway knows']);
    expect(await faultsOf({ ...flyway, 'sub/V2__b.SQL': '' })).toHaveLength(1);
    expect(await faultsOf({ ...dbmate, '2_b.SQL': '' })).toHaveLength(1);
    expect(await faultsOf({ '1_a.sql': '-- +goose Up\n', '2-b.sql': '-- +goose Up\n' })).toHaveLength(1);
  });

  it('a baseline of Flyway that newer files replace is left out without a word', async () => {
    expect(await warningsOf({ 'B1__base.sql': '', 'V1__a.sql': '', 'V2__b.sql': '' })).toEqual([]);
  });
});
