import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runPawl } from '../support/cli.js';
import { writeProject } from '../support/project.js';

let project: Awaited<ReturnType<typeof writeProject>>;
afterEach(() => project.remove());

const CONFIG = (source: string): string => `targets:
  app:
    database: { env: APP_DATABASE_URL }
    stages:
      - migrate: ${source}
`;

it('squashes what other tools let pass: dashes in versions, BEGIN and COMMIT, rows that are left out', async () => {
  project = await writeProject({
    'pawl.config.yaml': CONFIG('{ directory: migrations, format: diesel }'),
    'migrations/00000000000000_setup/up.sql':
      'create table once (id boolean primary key default true, at int); insert into once values (true, 1);',
    'migrations/2026-01-31-120000-0000_people/up.sql': 'begin;\ncreate table people (id serial primary key);\ncommit;',
    'migrations/2026-01-31-120000-0000_people/down.sql': 'drop table people;',
    'migrations/2026-02-01-120000-0000_names/up.sql': 'START TRANSACTION;\nalter table people add name text;\nend;',
  });
  const pawl = (...args: string[]) => runPawl(args, { cwd: project.directory });
  cpSync(join(project.directory, 'migrations'), join(project.directory, 'old'), { recursive: true });
  const squashed = await pawl('squash', '--to', '202601311200000000', '--without-rows', 'all');
  expect(squashed.stdout + squashed.stderr).toMatch(
    /2 migrations are 1 file, 1 after them[^]*2026-01-31-120000-0000_squashed\/up\.sql/,
  );
  const compared = await pawl('diff', 'old', 'migrations');
  expect(compared).toMatchObject({ code: 0 });
});
