import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replayDirectory, REPLAY_LEDGER } from '../../src/direct/replay.js';
import { compareCatalogs } from '../../src/catalog/compare.js';
import { readDatabase } from '../../src/catalog/diff.js';
import { withScratch } from '../../src/embedded/scratch.js';
import { likeThePlatform } from '../../src/start/before.js';
import { applyDatabaseSettings, readDatabaseSettings } from '../../src/start/database-settings.js';
import { startFromDump } from '../../src/start/from-dump.js';
import { idleControl } from '../../src/cli/idle-control.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { stageOf, targetOf } from '../support/engine.js';
import { discoverMigrations } from '../../src/engine/files/discover.js';
import { writeMigrations } from '../support/migration-directory.js';
import { withClient } from '../../src/engine/postgres/with-client.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const control = idleControl();
const environment = (): Record<string, string> => ({ PAWL_SCRATCH_DATABASE_URL: database.url });
const nothing = { roles: [], schemas: [], extensions: [], sql: [] };

describe('before', () => {
  it('brings what a Supabase project takes for granted, so that its migrations run from nothing', async () => {
    const root = writeMigrations({
      '20240101000000_profiles.sql': `create table public.profiles (id uuid primary key references auth.users (id) on delete cascade, name text);
        alter table public.profiles enable row level security;
        create policy own on public.profiles for select to authenticated using ((select auth.uid()) = id);
        create policy everybody on public.profiles for select to anon using (true);
        create function public.on_user() returns trigger language plpgsql security definer as
          $$ begin insert into public.profiles (id, name) values (new.id, new.raw_user_meta_data ->> 'name'); return new; end $$;
        create trigger on_auth_user_created after insert on auth.users for each row execute function public.on_user();
        alter publication supabase_realtime add table public.profiles;`,
      '20240102000000_storage.sql': `insert into storage.buckets (id, name) values ('avatars', 'avatars');
        create policy avatars on storage.objects for select using (bucket_id = 'avatars' and (storage.foldername(name))[1] = auth.uid()::text);
        create table public.notes (id uuid primary key default extensions.uuid_generate_v4(), at timestamptz default now());
        grant all on public.notes to service_role;`,
    });
    const like = likeThePlatform({ ...nothing, platform: 'supabase' }, root);
    await withScratch(
      environment(),
      async (scratch) => {
        const [one, two] = [await scratch.create(), await scratch.create()];
        for (const url of [one, two]) await replayDirectory(url, { directory: 'm' }, root, control);
        const [a, b] = await Promise.all([one, two].map((url) => readDatabase(url, { ledgerSchema: REPLAY_LEDGER })));
        expect(await compareCatalogs(a!, b!)).toEqual([]);
        expect(a!.objects.map(({ identity }) => identity)).toContain('public.profiles');
      },
      { like },
    );
    expect(await database.query(`select from pg_roles where rolname in ('anon', 'service_role')`)).toEqual([]);
  }, 120_000);

  it('brings roles, schemas, extensions and files of SQL', async () => {
    const root = writeMigrations({
      'before.sql': 'create table legacy.old (id int);',
      'sub/1_a.sql': 'grant select on legacy.old to before_reader;',
    });
    const like = likeThePlatform(
      { ...nothing, roles: ['before_reader'], schemas: ['legacy'], extensions: ['plpgsql'], sql: ['m/before.sql'] },
      root,
    );
    await withScratch(
      environment(),
      async (scratch) => {
        await replayDirectory(await scratch.create(), { directory: 'm/sub' }, root, control);
      },
      { like },
    );
    expect(await database.query(`select from pg_roles where rolname = 'before_reader'`)).toEqual([]);
  }, 60_000);

  it.each([
    [{ sql: ['m/gone.sql'] }, /^m\/gone\.sql: a throwaway database cannot be prepared: it cannot be read \(ENOENT\)/],
    [{ extensions: ['no_such_extension'] }, /^before\.extensions: a throwaway database cannot be prepared: .*extension/],
  ])('says what it cannot bring', async (before, message) => {
    const like = likeThePlatform({ ...nothing, ...before }, writeMigrations({}));
    const work = withScratch(environment(), (scratch) => scratch.create(), { like });
    await expect(work).rejects.toMatchObject({ code: 'START_STATE', message: expect.stringMatching(message) as string });
  });
});

it('a user who may not make databases is told so in one sentence', async () => {
  await database.query(`create role no_createdb login password 'x'`);
  const url = new URL(database.url);
  url.username = 'no_createdb';
  url.password = 'x';
  try {
    const work = withScratch({ PAWL_SCRATCH_DATABASE_URL: url.href }, (scratch) => scratch.create());
    await expect(work).rejects.toMatchObject({
      code: 'POSTGRES_UNAVAILABLE',
      message: 'no throwaway database can be made: permission denied to create database',
    });
  } finally {
    await database.query('drop role no_createdb');
  }
});

it('settings of database and role come along', async () => {
  const name = new URL(database.url).pathname.slice(1);
  await database.query(`create schema app; alter database "${name}" set search_path = app, "$user", public;
    alter database "${name}" set statement_timeout = '7s'; alter database "${name}" set myapp.tenant = 'it''s'`);
  const settings = await readDatabaseSettings(database.url);
  expect(settings).toEqual([
    { name: 'search_path', value: 'app, "$user", public' },
    { name: 'myapp.tenant', value: "it's" },
  ]);
  await withScratch(environment(), async (scratch) => {
    const url = await scratch.create();
    expect(await applyDatabaseSettings(url, settings)).toEqual([]);
    expect(await readDatabaseSettings(url)).toEqual(settings);
  });
});

it('a dump with a legacy tracker says what is applied', async () => {
  const root = writeMigrations({
    '1_items.sql': 'create table items (id int);',
    '2_more.sql': 'create table more (id int);',
    'dump.txt': `create table public.items (id int);
      create table public.schema_migrations (version bigint primary key, dirty boolean not null);
      insert into public.schema_migrations values (1, false);`,
  });
  const { migrations } = await discoverMigrations({ directory: 'm' }, root);
  const stages = [stageOf(migrations.filter(({ name }) => name.endsWith('.sql')))];
  await withScratch(environment(), async (scratch) => {
    const url = await scratch.create();
    const targetAt = () => targetOf({ ...database, url }, { adopt: { from: 'golang-migrate' } });
    const start = await startFromDump(`${root}/m/dump.txt`, 'dump.sql', { targetAt, stages });
    expect(await start.prepare(url)).toEqual([]);
    const applied = await readApplied(url);
    expect(applied).toEqual(['1']);
  });
});

async function readApplied(url: string): Promise<string[]> {
  const { rows } = await withClient(url, 'test', (client) =>
    client.query<{ version: string }>('select version from pawl.applied_migrations order by position'),
  );
  return rows.map(({ version }) => version);
}
