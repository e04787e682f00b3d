import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SUPABASE_ROLES, SUPABASE_SQL } from '../../src/start/supabase.js';
import { runPawl } from '../support/cli.js';
import { createPrivatePostgres } from '../support/private-postgres.js';
import { writeProject } from '../support/project.js';

const MIGRATIONS = {
  '20240101000000_profiles.sql': `create table public.profiles (id uuid primary key references auth.users (id) on delete cascade, name text);
    alter table public.profiles enable row level security;
    create policy own on public.profiles for select to authenticated using ((select auth.uid()) = id);`,
  '20240102000000_avatars.sql': `insert into storage.buckets (id, name) values ('avatars', 'avatars') on conflict do nothing;
    alter table public.profiles add column avatar text;`,
  '20240103000000_notes.sql': `create table public.notes (id uuid primary key default extensions.uuid_generate_v4(), owner uuid default auth.uid());
    grant all on public.notes to service_role;`,
};

it('deploys, checks, compares and squashes a project of Supabase as it is, whose database the CLI has brought half way', async () => {
  const server = await createPrivatePostgres();
  onTestFinished(server.remove);
  // What the platform has, and what `supabase db push` has done.
  await server.query(SUPABASE_ROLES.map((role) => `create role ${role};`).join(''));
  await server.query(SUPABASE_SQL);
  await server.query(`${Object.values(MIGRATIONS)[0]!}
    create schema supabase_migrations;
    create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
    insert into supabase_migrations.schema_migrations (version, name) values ('20240101000000', 'profiles')`);
  const project = await writeProject({
    'pawl.config.yaml':
      'targets:\n  app:\n    database: { env: APP_URL }\n    adopt: { from: auto }\n    before: { platform: supabase }\n    stages: [{ migrate: supabase/migrations }]\n',
    'supabase/config.toml': '',
    ...Object.fromEntries(Object.entries(MIGRATIONS).map(([name, text]) => [`supabase/migrations/${name}`, text])),
  });
  onTestFinished(project.remove);
  const pawl = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runPawl(args, {
      cwd: project.directory,
      env: { APP_URL: server.url },
      timeout: 120_000,
    });
    return `${code} ${stdout}${stderr}`;
  };
  expect(await pawl('deploy', '--direct')).toMatch(/^0 [^]*adopted 1 migration [^]*✓ app is deployed: 2 applied/);
  expect(await pawl('check')).toMatch(/^0 [^]*Judged as one deploy onto an empty database/);
  expect(await pawl('diff', 'supabase/migrations', 'app')).toBe('0 ✓ supabase/migrations and app are the same schema\n');
  expect(await pawl('squash', '--to', '20240102000000', '--seed', 'all')).toMatch(/^0 [^]*2 migrations are 1 file, 1 after them/);
  expect(existsSync(join(project.directory, 'supabase/migrations/20240102000000_squashed.sql'))).toBe(true);
});
