import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../../src/engine/files/formats.js';
import { claims, faultsOf, scripts, type Files } from '../../../support/migration-directory.js';

/** One directory as each tool makes it. */
const SAMPLES: Readonly<Record<string, Files>> = {
  atlas: { 'atlas.sum': 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n', '20240101000000_a.sql': 'select 1;' },
  dbmate: { '20240101000000_a.sql': '-- migrate:up\nselect 1;\n-- migrate:down\n' },
  diesel: { '2024-01-01-000000_a/up.sql': 'select 1;', '2024-01-01-000000_a/down.sql': '' },
  drizzle: { 'meta/_journal.json': '{"entries":[]}', 'meta/0000_snapshot.json': '{}', '0000_a.sql': 'select 1;' },
  flyway: { 'V1__a.sql': 'select 1;', 'R__b.sql': 'select 1;' },
  goose: { '00001_a.sql': '-- +goose Up\nselect 1;\n-- +goose Down\nselect 1;', '00002_b.go': 'package migrations' },
  'graphile-migrate': { 'committed/000001-a.sql': '--! Previous: -\n--! Hash: sha1:x\n\nselect 1;', 'current.sql': '' },
  liquibase: { 'a.sql': '--liquibase formatted sql\n--changeset bob:1\nselect 1;' },
  micrate: { '20240101000000_a.sql': '-- +micrate Up\nselect 1;\n-- +micrate Down\n' },
  mybatis: { '20240101000000_a.sql': '-- // a\nselect 1;\n-- //@UNDO\nselect 2;', 'bootstrap.sql': '' },
  'node-pg-migrate': { '1700000000000_a.sql': '-- Up Migration\nselect 1;\n-- Down Migration\nselect 1;' },
  play: { '1.sql': '# --- !Ups\nselect 1;\n# --- !Downs\nselect 2;' },
  'postgres-migrations': { '1_a.sql': '-- postgres-migrations disable-transaction\nvacuum;' },
  prisma: { 'migration_lock.toml': 'provider = "postgresql"', '20240101000000_a/migration.sql': 'select 1;' },
  refinery: { 'V1__a.sql': 'select 1;', 'U2__b.sql': 'select 2;', 'mod.rs': '' },
  sqitch: { 'sqitch.plan': '%project=p\n\na 2024-01-01T00:00:00Z A <a@b> # a', 'deploy/a.sql': '', 'verify/a.sql': '' },
  'sql-migrate': { '20240101000000-a.sql': '-- +migrate Up\nselect 1;\n-- +migrate Down\n' },
  sqlx: { '1_a.up.sql': '-- no-transaction\nselect 1;', '1_a.down.sql': '' },
  tern: { '001_a.sql': 'select 1;\n---- create above / drop below ----\nselect 1;' },
};

describe('detection', () => {
  it('is tried for every format', () => {
    const names = FORMATS.map(({ name }) => name);
    expect(
      names.filter((name) => !(name in SAMPLES)),
      'formats without a directory in SAMPLES, above',
    ).toEqual([]);
  });

  it.each(Object.entries(SAMPLES))('a directory of %s is claimed by it alone', async (name, files) => {
    expect(await claims(files)).toEqual([name]);
  });

  it.each([
    ['Drizzle 1.0', 'drizzle', { '20240101000000_a/migration.sql': '', '20240101000000_a/snapshot.json': '{}' }],
    ['Prisma without its lock file', 'prisma', { '20240101000000_a/migration.sql': '' }],
    ['Flyway with subdirectories', 'flyway', { 'orders/V2__b.sql': '', 'V1__a.sql': '' }],
    ['Flyway with baselines only', 'flyway', { 'B10__a.sql': '', 'V11.sql': '' }],
    ['Liquibase in XML', 'liquibase', { 'master.xml': '<databaseChangeLog xmlns="x"></databaseChangeLog>' }],
    ['Liquibase in JSON', 'liquibase', { 'master.json': '{"databaseChangeLog": []}' }],
    ['Sqitch below its top_dir', 'sqitch', { 'sqitch.conf': '', 'db/sqitch.plan': '', 'db/deploy/a.sql': '' }],
    ['graphile-migrate, the committed files alone', 'graphile-migrate', { '000001.sql': '--! Previous: -\n--! Hash: x\n\n' }],
    ['goose with Atlas sums beside', 'goose', { ...SAMPLES['goose'], 'atlas.sum': '' }],
    ['tern before its first down section', 'tern', { 'tern.conf': '', '001_a.sql': 'select 1;' }],
  ] as const)('%s', async (_, name, files) => {
    expect(await claims(files)).toEqual([name]);
  });

  it.each([
    ['plain', { '1_a.sql': 'select 1;', '1.2.3-b.sql': '' }],
    ['golang-migrate', { '000001_a.up.sql': 'select 1;', '000001_a.down.sql': '' }],
    ['sqlx without its directive', { '20240101000000_a.sql': '-- a comment on -- no-transaction\nselect 1;' }],
    ['nothing', {}],
  ] as const)('%s is claimed by none, and read as plain files', async (_, files) => {
    expect(await claims(files)).toEqual([]);
    expect(await scripts(files)).toHaveLength(Object.keys(files).filter((name) => !name.endsWith('.down.sql')).length);
  });

  it('a directory that shows two tools is not guessed at', async () => {
    const files = { ...SAMPLES['goose'], '3_c.sql': '-- migrate:up\nselect 1;' };
    expect(await faultsOf(files)).toEqual(['FILES_UNSUPPORTED m: the directory looks like dbmate and like goose']);
    expect(await faultsOf({ ...SAMPLES['flyway'], ...SAMPLES['prisma'] }, { format: 'flyway' })).not.toContainEqual(
      expect.stringMatching(/looks like/),
    );
  });

  it('a file that is not UTF-8 does not hide the format', async () => {
    const files = { ...SAMPLES['dbmate'], '0_latin.sql': Buffer.from('-- \xe9', 'latin1') };
    expect(await faultsOf(files)).toEqual(['FILES_NOT_UTF8 m/0_latin.sql:1: the file is not UTF-8']);
  });
});

describe('migrations that are not SQL', () => {
  it.each([
    '00003_x.go',
    '20240101000000_x.rb',
    '20240101000000_x.exs',
    '0001_initial.py',
    'versions/ae1027a6acf3_x.py',
    '1700000000000-X.ts',
    'V2__x.java',
    '20240101-x.cjs',
    'Migration20240101.ts',
    '20240101_X.cs',
  ])('%s is refused by name, with a way out', async (file) => {
    expect(await faultsOf({ '1_a.sql': '', [file]: '' })).toEqual([
      `FILES_UNSUPPORTED m/${file}: a migration in ${file.split('.').pop()}, and Pawl runs SQL`,
    ]);
  });

  it.each(['00003_x_test.go', '1_x.d.ts', 'index.ts', '__init__.py', 'package.json', 'env.py'])('%s is none', async (file) => {
    expect(await faultsOf({ '1_a.sql': '', [file]: '' })).toEqual([]);
  });
});
