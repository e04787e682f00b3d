import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runPawl } from '../support/cli.js';
import { createTestDatabase } from '../support/database.js';
import { writeProject } from '../support/project.js';

let project: Awaited<ReturnType<typeof writeProject>>;
afterEach(() => project.remove());

const PRISMA = 'datasource db {\n  provider = "postgresql"\n  url      = env("SHOP_URL")\n}\n';

it.each([
  [
    'a project of Prisma',
    {
      'package.json': '{ "name": "@acme/shop" }',
      'prisma/schema.prisma': PRISMA,
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20240101000000_init/migration.sql': 'create table a (id int);',
    },
    { target: 'shop', variable: 'SHOP_URL', directory: 'prisma/migrations', migrations: 1, adopt: 'prisma' },
  ],
  [
    'files of golang-migrate, and an address in .env',
    {
      '.env': 'PORT=1\nMAIN_DB="postgres://localhost/x"\n',
      'package.json': '{ "name": "api" }',
      'db/migrations/000001_a.up.sql': 'create table a (id int);',
      'db/migrations/000001_a.down.sql': 'drop table a;',
      'seeds/data.sql': 'select 1;',
    },
    { target: 'api', variable: 'MAIN_DB', directory: 'db/migrations', migrations: 1, adopt: 'golang-migrate' },
  ],
  [
    'files of Flyway far below',
    {
      'src/main/resources/db/migration/V1__a.sql': 'create table a (id int);',
      'src/main/resources/db/migration/V2__b.sql': 'select 1;',
    },
    { variable: 'DATABASE_URL', directory: 'src/main/resources/db/migration', migrations: 2, adopt: 'flyway' },
  ],
  [
    'three SQL files',
    { 'sql/1_a.sql': 'select 1;', 'sql/2_b.sql': 'select 1;', 'sql/3_c.sql': 'select 1;' },
    { directory: 'sql', migrations: 3 },
  ],
  ['nothing', {}, { directory: 'migrations', migrations: 0 }],
])('finds what is there and asks nothing: %s', async (_, files, expected) => {
  project = await writeProject(files);
  const options = { cwd: project.directory };
  const { stdout, code } = await runPawl(['init', '--json'], options);
  expect(code).toBe(0);
  const said = JSON.parse(stdout) as { adopt?: string; written: string[]; target: string };
  expect(said).toMatchObject(expected);
  expect(said.adopt).toBe('adopt' in expected ? expected.adopt : undefined);
  expect(said.written).toEqual(['pawl.config.yaml', '.pawl/.gitignore']);
  const config = parse(await readFile(join(project.directory, 'pawl.config.yaml'), 'utf8')) as { targets: object };
  expect(Object.keys(config.targets)).toEqual([said.target]);

  const again = await runPawl(['init'], options);
  expect(again.stderr).toContain('pawl.config.yaml is there already');
  expect(again.code).toBe(2);
});

it('writes TypeScript where the project has it, the gate for GitHub, and a configuration that deploys with the address of .env', async () => {
  const database = await createTestDatabase();
  project = await writeProject({
    'tsconfig.json': '{}',
    '.github/CODEOWNERS': '',
    '.env': `APP_DB=${database.url}\n`,
    'migrations/001_a.sql': 'create table a (id int);',
  });
  const options = { cwd: project.directory };
  const { stdout } = await runPawl(['init'], options);
  expect(stdout).toContain('1 migration in migrations');
  expect(await readFile(join(project.directory, '.github/workflows/migrations.yml'), 'utf8')).toContain('pawl check');
  const deploy = await runPawl(['deploy', '--direct'], options);
  expect(deploy.stderr).toContain('applied 001_a.sql');
  expect(deploy.code).toBe(0);
  await database.drop();
});
