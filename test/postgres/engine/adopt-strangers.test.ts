import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverMigrations } from '../../../src/engine/files/discover.js';
import { namedTool } from '../../../src/engine/legacy/tools.js';
import type { AdoptSettings } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, stageOf, targetOf } from '../../support/engine.js';
import { writeMigrations, type Files } from '../../support/migration-directory.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const FILES: Files = {
  '1_a.sql': 'create table if not exists a (id int);',
  '2_b.sql': 'insert into a values (1);',
  '3_c.sql': 'select 3;',
};

async function stages(files: Files): Promise<[ReturnType<typeof stageOf>]> {
  const { migrations, faults } = await discoverMigrations({ directory: 'm' }, writeMigrations(files));
  expect(faults).toEqual([]);
  return [stageOf([...migrations])];
}

/** What a deploy adopts, and what it then applies. */
async function adopts(files: Files, adopt: AdoptSettings): Promise<{ adopted: string[]; applied: string[] }> {
  await deployAll(targetOf(database, { adopt }), await stages(files));
  const rows = await database.query<{ version: string; source: string }>(
    'select version, source from pawl.applied_migrations order by position',
  );
  const of = (source: string): string[] => rows.filter((row) => row.source === source).map(({ version }) => version);
  return { adopted: of('adopted'), applied: of('applied') };
}

const refusal = async (adopt: AdoptSettings, files: Files = FILES): Promise<unknown> =>
  begin(targetOf(database, { adopt }), await stages(files)).then(
    () => 'nothing was refused',
    ({ code, verdict, message }: { code: string; verdict: string; message: string }) => ({ code, verdict, message }),
  );

describe('a database that holds something, and no tracker', () => {
  it.each(['goose', 'auto', 'golang-migrate'])('is refused, and nothing runs a second time (from %s)', async (from) => {
    await database.query('create table a (id int); insert into a values (1)');
    expect(await refusal({ from })).toMatchObject({
      code: 'LEGACY_MISSING',
      verdict: 'refused',
      message: expect.stringMatching(
        /^no tracker of .* is in the database, and the database is not new: it holds public\.a$/,
      ) as string,
    });
    expect(await database.query('select count(*)::int as count from a')).toEqual([{ count: 1 }]);
  });

  it('is deployed to where a person says that nothing is applied', async () => {
    await database.query('create table other (id int)');
    expect(await adopts(FILES, { from: 'goose', pending: 'all' })).toEqual({ adopted: [], applied: ['1', '2', '3'] });
  });

  it('counts as new with what extensions and platforms bring', async () => {
    await database
      .query('create schema auth; create table auth.users (id int); create extension if not exists pg_stat_statements')
      .catch(() => database.query('create schema if not exists auth; create table auth.users (id int)'));
    expect(await adopts(FILES, { from: 'auto' })).toEqual({ adopted: [], applied: ['1', '2', '3'] });
  });

  it('is no old one once a deploy has begun: the next attempt goes on', async () => {
    const broken = { '1_a.sql': 'create table a (id int);', '2_b.sql': 'select 1 / 0;' };
    await expect(deployAll(targetOf(database, { adopt: { from: 'goose' } }), await stages(broken))).rejects.toThrow();
    expect(await adopts({ ...broken, '2_b.sql': 'select 1;' }, { from: 'goose' })).toEqual({ adopted: [], applied: ['1', '2'] });
  });

  it('names a table of the right name with other columns', async () => {
    await database.query('create table schema_version (version text, at timestamptz)');
    expect(await refusal({ from: 'tern' })).toMatchObject({
      code: 'LEGACY_MISSING',
      message: expect.stringContaining('public.schema_version has the name of one and other columns (at, version)') as string,
    });
  });
});

describe('a stranger’s tracker', () => {
  it('is refused where not one of its versions is a file', async () => {
    await database.query(
      "create table schema_migrations (version varchar primary key); insert into schema_migrations values ('20171026211738'), ('20171026211808')",
    );
    for (const from of ['auto', 'dbmate']) {
      expect(await refusal({ from })).toMatchObject({
        code: 'LEGACY_UNKNOWN_VERSION',
        message: 'not one version of public.schema_migrations (dbmate) is a file of this target: 20171026211738, 20171026211808',
      });
    }
  });

  it('of a platform is never taken, unless its schema is named', async () => {
    await database.query(`create schema auth; create table auth.schema_migrations (version varchar(255) primary key);
      insert into auth.schema_migrations values ('1'), ('2')`);
    expect(await adopts(FILES, { from: 'auto' })).toEqual({ adopted: [], applied: ['1', '2', '3'] });
    await database.query('drop schema pawl cascade; drop table a');
    expect(await adopts(FILES, { from: 'dbmate', schema: 'auth', pending: ['2', '1'] })).toEqual({
      adopted: [],
      applied: ['1', '2', '3'],
    });
  });
});

describe('Hasura', () => {
  const folders = {
    '1_a/up.sql': 'create table a (id int);',
    '2_b/up.sql': 'insert into a values (2);',
    '3_c/up.sql': 'select 3;',
  };
  const table =
    'create schema hdb_catalog; create table hdb_catalog.schema_migrations (version bigint primary key, dirty boolean not null);';

  it.each(['auto', 'hasura'])('has a row for each migration, and a gap is pending (from %s)', async (from) => {
    await database.query(
      `create table a (id int); ${table} insert into hdb_catalog.schema_migrations values (1, false), (3, false)`,
    );
    expect(await adopts(folders, { from })).toEqual({ adopted: ['1', '3'], applied: ['2'] });
  });

  it('is refused with a dirty row below the newest', async () => {
    await database.query(
      `create table a (id int); ${table} insert into hdb_catalog.schema_migrations values (1, false), (2, true), (3, false)`,
    );
    expect(await refusal({ from: 'auto' }, folders)).toMatchObject({ code: 'LEGACY_DIRTY' });
  });

  it('is not counted along as golang-migrate, wherever it lies', async () => {
    await database.query(`create table a (id int); create table schema_migrations (version bigint primary key, dirty boolean not null);
      insert into schema_migrations values (1, false), (3, false)`);
    expect(await refusal({ from: 'auto' }, folders)).toMatchObject({ code: 'LEGACY_UNSUPPORTED' });
  });

  it.each(['auto', 'hasura'])('has newer state in its metadata (from %s)', async (from) => {
    await database.query(`create table a (id int); create schema hdb_catalog;
      create table hdb_catalog.hdb_version (hasura_uuid uuid primary key, version text not null, upgraded_on timestamptz not null,
        cli_state jsonb not null default '{}', console_state jsonb not null default '{}');
      insert into hdb_catalog.hdb_version values (gen_random_uuid(), '48', now(),
        '{"settings": {}, "migrations": {"default": {"1": false, "3": false}}}')`);
    expect(await adopts(folders, { from })).toEqual({ adopted: ['1', '3'], applied: ['2'] });
  });
});

it.each([
  ['pgroll', 'schema name, name text, migration jsonb, done boolean'],
  ['reshape', 'index integer, name text, actions jsonb'],
])('%s is told from others, and refused: it keeps two versions of a schema, and no files', async (from, columns) => {
  await database.query(`create schema ${from}; create table ${from}.migrations (${columns})`);
  for (const settings of [{ from }, { from: 'auto' }]) {
    expect(await refusal(settings)).toMatchObject({
      code: 'LEGACY_UNSUPPORTED',
      message: `${from}.migrations is a tracker of ${from}, which cannot be adopted`,
    });
  }
});

describe('from its documented table', () => {
  const sql = { 1: 'create table a (id int);', 2: 'create table b (id int);' };
  it.each<[string, string, Files]>([
    [
      'supabase',
      `create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text);
       insert into supabase_migrations.schema_migrations values ('20240101000000', null, 'a');
       create schema auth; create table auth.schema_migrations (version varchar(255) primary key); insert into auth.schema_migrations values ('00')`,
      { '20240101000000_a.sql': sql[1], '20240102000000_b.sql': sql[2] },
    ],
    [
      'play',
      `create table play_evolutions (id int not null primary key, hash varchar(255) not null, applied_at timestamp not null, apply_script text,
         revert_script text, state varchar(255), last_problem text);
       create table play_evolutions_lock (lock int not null primary key); insert into play_evolutions_lock values (1);
       insert into play_evolutions values (1, 'x', now(), '', '', 'applied', '')`,
      { '1.sql': `-- !Ups\n${sql[1]}\n-- !Downs\ndrop table a;`, '2.sql': `-- !Ups\n${sql[2]}\n-- !Downs\ndrop table b;` },
    ],
    [
      'refinery',
      `create table refinery_schema_history (version int4 primary key, name varchar(255), applied_on varchar(255), checksum varchar(255));
       insert into refinery_schema_history values (1, 'a', '2024-01-01T00:00:00Z', '1')`,
      { 'V1__a.sql': sql[1], 'U2__b.sql': sql[2], 'mod.rs': '' },
    ],
    [
      'ef-core',
      `create table "__EFMigrationsHistory" ("MigrationId" varchar(150) primary key, "ProductVersion" varchar(32) not null);
       insert into "__EFMigrationsHistory" values ('20240101000000_A', '8.0.0')`,
      { '20240101000000_A.sql': sql[1], '20240102000000_B.sql': sql[2] },
    ],
    [
      'micrate',
      `create table micrate_db_version (id serial primary key, version_id bigint not null, is_applied boolean not null, tstamp timestamp default now());
       insert into micrate_db_version (version_id, is_applied) values (1, true)`,
      { '1_a.sql': `-- +micrate Up\n${sql[1]}\n-- +micrate Down\ndrop table a;`, '2_b.sql': `-- +micrate Up\n${sql[2]}` },
    ],
    [
      'mybatis',
      `create table changelog (id numeric(20,0) primary key, applied_at varchar(25) not null, description varchar(255) not null);
       insert into changelog values (1, '2024-01-01 00:00:00', 'a')`,
      { '1_a.sql': `${sql[1]}\n-- //@UNDO\ndrop table a;`, '2_b.sql': `${sql[2]}\n-- //@UNDO\ndrop table b;` },
    ],
  ])('%s is adopted by auto and by its name, and mirrored where it can be', async (from, tracker, files) => {
    await database.query(`${sql[1]} ${tracker}`);
    const versions = (await stages(files))[0].migrations.map(({ version }) => version);
    expect(await adopts(files, { from: 'auto' })).toEqual({ adopted: [versions[0]], applied: [versions[1]] });
    await database.query('drop schema pawl cascade; drop table b');
    const mirror = typeof namedTool({ from }).mirror === 'object';
    expect(await adopts(files, { from, mirror })).toEqual({ adopted: [versions[0]], applied: [versions[1]] });
    if (!mirror) return;
    await database.query('drop schema pawl cascade');
    expect((await begin(targetOf(database, { adopt: { from } }), await stages(files))).adopted).toBe(2);
  });
});
