import { expect, it } from 'vitest';
import { migrationFiles } from '../../../src/cli/new/migration-files.js';
import { writtenByTool } from '../../../src/cli/new/written-by-tool.js';
import { discoverMigrations } from '../../../src/engine/files/discover.js';
import { FORMATS } from '../../../src/engine/files/formats.js';
import { writeMigrations } from '../../support/migration-directory.js';

const now = new Date('2026-11-21T05:06:07.890Z');
const names = (format: string, neighbours: string[]): string[] =>
  migrationFiles(format, { neighbours, versions: [], label: 'Add total', now }).map(({ path }) => path);

const EVERY = ['plain', 'supabase', ...FORMATS.map(({ name }) => name)].filter((format) => writtenByTool(format) === undefined);

it.each(EVERY)('writes the first migration of %s so that what stands in its first empty line runs', async (format) => {
  const files = migrationFiles(format, { neighbours: [], versions: [], label: 'Add total', now });
  const filled = files.map(({ path, text }, n): [string, string] => [
    path,
    n > 0 ? text : text.includes('\n\n') ? text.replace(/^$/m, 'select 1;') : 'select 1;',
  ]);
  const root = writeMigrations(Object.fromEntries<string>(filled));
  const { migrations, faults } = await discoverMigrations({ directory: 'm', format }, root);
  expect(faults, `what src/cli/new/migration-files.ts gives a new file of ${format}`).toEqual([]);
  expect(
    migrations.map(({ sql }) => sql.replaceAll(/--.*/g, '').trim()),
    `src/cli/new/migration-files.ts has to give a new file of ${format} its marks and number; where a file alone is never run, src/cli/new/written-by-tool.ts names the command`,
  ).toEqual(['select 1;']);
});

it.each([
  ['diesel', [], ['2026-11-21-050607-0000_add_total/up.sql', '2026-11-21-050607-0000_add_total/down.sql']],
  ['diesel', ['2020-01-01-000000_a'], ['2026-11-21-050607_add_total/up.sql', '2026-11-21-050607_add_total/down.sql']],
  ['diesel', ['00000000000000_setup', '1706702400000_a'], ['1795237567890_add_total/up.sql', '1795237567890_add_total/down.sql']],
  ['prisma', ['20240131120000_a', 'migration_lock.toml'], ['20261121050607_add_total/migration.sql']],
  ['prisma', ['01_init', '02_b'], ['03_add_total/migration.sql']],
  ['goose', ['00001_a.sql'], ['00002_add_total.sql']],
  ['supabase', [], ['20261121050607_add_total.sql']],
  ['flyway', [], ['V1__add_total.sql']],
  ['play', ['1.sql', '2.sql'], ['3.sql']],
  ['play', ['1.sql', '131_add_jobs.sql'], ['132_add_total.sql']],
  ['tern', [], ['001_add_total.sql']],
])('numbers %s beside %j as the tool does', (format, neighbours, expected) => {
  expect(names(format, neighbours)).toEqual(expected);
});

it('names what writes into a plan, a journal or a chain of hashes', () => {
  for (const format of ['atlas', 'drizzle', 'graphile-migrate', 'liquibase', 'sqitch']) {
    expect(writtenByTool(format)).toMatch(/^Write .*\.$/);
  }
});
