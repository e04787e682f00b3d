import { afterEach, describe, expect, it } from 'vitest';
import { createDatabase, startPostgres } from '../../src/embedded/postgres.js';
import { findDumpPrograms } from '../../src/pg-dump/programs.js';
import { runPawl } from '../support/cli.js';
import { temporaryDirectory } from '../support/directory.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

let project: DeployProject;
afterEach(() => project.remove());

const FILES = {
  'before.sql': 'create schema auth; create table auth.users (id uuid primary key);',
  'migrations/0001_b.sql': 'create table b (id int primary key);\ncreate table a (id int, b int);',
  'migrations/0002_a.sql': 'alter table a add total int;\ncreate function f() returns int language sql as $$ select 1 $$;',
  'migrations/0003_total.sql': 'alter table a alter total type numeric;\ncreate index a_total on a (total);',
  'migrations/0004_rename.sql': 'alter table b rename to "B";',
  'constraints/0101_key.sql': 'alter table a add constraint a_b foreign key (b) references "B" (id);',
};

const OPTIONS = {
  stages: '      - migrate: migrations\n      - exec: { name: never, command: ["false"] }\n      - constraints: constraints',
  settings: '    before: { sql: [before.sql] }\n',
  files: FILES,
};

describe('schema', () => {
  it('is written in an order that does not depend on that of the files, at any version, and held against a kept one', async () => {
    project = await createDeployProject(OPTIONS);
    const whole = await project.pawl('schema', '--out', 'schema.sql');
    expect(whole).toMatchObject({ code: 0 });
    expect(await project.pawl('schema', '--check', 'schema.sql')).toMatchObject({ code: 0 });
    const { stdout } = await project.pawl('schema', '--at', '2');
    expect(stdout).toMatch(/CREATE TABLE public\.a \([^;]*total integer[^;]*;[^]*CREATE TABLE public\.b \(/);
    expect(stdout).not.toMatch(/auth\.users|pawl\.|a_total/);
    await project.write({ 'migrations/0005_more.sql': 'alter table a drop total, add label text;' });
    const changed = await project.pawl('schema', '--check', 'schema.sql');
    expect(changed.code).toBe(7);
    expect(changed.stdout).toMatch(/- CREATE TABLE public\.a[^]*-\s+total numeric[^]*- CREATE INDEX a_total[^]*\+\s+label text/);
    // The database: without ledger, and what the platform brought is part of it.
    const place = temporaryDirectory();
    const server = await startPostgres({
      directory: place.directory,
      durable: false,
      bin: findDumpPrograms(process.env).serverBin,
    });
    try {
      const env = { ...project.env, TEST_DATABASE_URL: await createDatabase(server.url, 'live') };
      const pawl = (...args: string[]) => runPawl(args, { cwd: project.directory, env });
      await pawl('deploy', '--direct', '--to', '1');
      const live = await pawl('schema', '--live');
      expect(live.stdout).toMatch(/CREATE TABLE public\.a \(\s+id integer,\s+b integer\s+\);/);
      expect(live.stdout).not.toMatch(/applied_migrations/);
      // Roles belong to the server: one that the files make there is gone again afterwards.
      await project.write({ 'migrations/0006_role.sql': 'create role schema_of_files; grant select on a to schema_of_files;' });
      const shared = { cwd: project.directory, env: { ...project.env, PAWL_SCRATCH_DATABASE_URL: server.url } };
      for (const time of ['first', 'second']) {
        const { code, stdout, stderr } = await runPawl(['schema'], shared);
        expect({ time, code, stderr }).toMatchObject({ code: 0 });
        expect(stdout).toContain('TO schema_of_files');
      }
    } finally {
      await server.stop();
      await place.remove();
    }
  });
});

describe('blame', () => {
  it('names for each object the migration that made it and the one that changed it last, when and by whom', async () => {
    project = await createDeployProject(OPTIONS);
    await project.pawl('deploy', '--direct', '--to', '3', '--by', 'ana');
    const { code, stdout } = await project.pawl('blame', 'a');
    expect(code).toBe(0);
    const when = String.raw`\(applied \d{4}-\d\d-\d\d \d\d:\d\d by ana\)`;
    expect(stdout).toMatch(new RegExp(`table public\\.a +made by migrations/0001_b\\.sql ${when}`));
    expect(stdout).toMatch(
      new RegExp(`column public\\.a\\.total +changed by migrations/0003_total\\.sql ${when}, made by migrations/0002_a\\.sql`),
    );
    expect(stdout).toMatch(/foreign key a_b on public\.a +made by constraints\/0101_key\.sql \(not applied\)/);
    expect(stdout).not.toMatch(/public\."?[bB]|function/);
    const renamed = await project.pawl('blame', 'B', '--json');
    expect(JSON.parse(renamed.stdout)).toMatchObject({
      objects: [{ kind: 'table', identity: 'public."B"', made: { version: '4' } }, { kind: 'column' }, { kind: 'key' }],
    });
    expect((await project.pawl('blame', 'public.a.total')).stdout.trim().split('\n')).toHaveLength(1);
    expect((await project.pawl('blame', 'f')).stdout).toMatch(/function public\.f\(\) +made by migrations\/0002_a\.sql/);
    const nothing = await project.pawl('blame', 'nothing');
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toMatch(/make nothing that is called nothing/);
  });
});
