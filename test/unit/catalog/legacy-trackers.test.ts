import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LEGACY_TRACKER_SCHEMAS, LEGACY_TRACKER_TABLES } from '../../../src/catalog/legacy-trackers.js';
import { LEGACY_TOOLS } from '../../../src/engine/legacy/tools.js';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'src/engine/legacy');
const NAMES = LEGACY_TOOLS.map(({ name }) => name);

it('every tool is left out of a comparison, by its tables or by its schema', () => {
  const seen = LEGACY_TOOLS.filter(
    ({ shape, ownSchema }) =>
      LEGACY_TRACKER_TABLES.includes(shape.table) || LEGACY_TRACKER_SCHEMAS.includes(ownSchema ?? shape.schema ?? ''),
  );
  // Theirs are called "changelog" or "migrations", in public: the name does not tell whose that is.
  expect(
    LEGACY_TOOLS.filter((tool) => !seen.includes(tool)).map(({ name }) => name),
    'tools with commonNames and no schema of their own: `pawl diff` shows their tables, so add one here only where it has to',
  ).toEqual(['mybatis', 'postgres-migrations', 'typeorm']);
});

it('leaves out no table that an application may call its own', () => {
  expect(
    LEGACY_TRACKER_TABLES.filter(
      (table) => !/migrat|version|databasechangelog|revision|evolutions|schema|lock|meta/i.test(table),
    ),
    'names that anybody may give a table: set commonNames on the tool; if no application would take the name, let the pattern here pass it',
  ).toEqual([]);
});

it('every tool has a file of its name, and every such file is on the list of tools', () => {
  const files = readdirSync(FOLDER).filter((file) => readFileSync(join(FOLDER, file), 'utf8').includes(': LegacyTool = {'));
  expect(
    files.map((file) => file.replace('.ts', '')).toSorted(),
    'files of src/engine/legacy, and LEGACY_TOOLS in src/engine/legacy/tools.ts',
  ).toEqual(NAMES.toSorted());
});

it('every tracker is read by a test: as the real tool left it, or from its documented table', () => {
  const folder = join(ROOT, 'test/postgres/engine');
  const tests = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const tried = (name: string): boolean =>
    existsSync(join(ROOT, 'test/legacy/recorded', name, 'tracker.sql')) || tests.some((text) => text.includes(`'${name}'`));
  // Read as one of the two forms of Hasura's.
  expect(
    NAMES.filter((name) => name !== 'hasura-state' && !tried(name)),
    'tools that no test names: add each to test/legacy/tools and record it, or to test/postgres/engine/adopt-strangers.test.ts',
  ).toEqual([]);
});
