import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LEGACY_TRACKER_SCHEMAS, LEGACY_TRACKER_TABLES } from '../../../src/catalog/legacy-trackers.js';
import { LEGACY_TOOLS } from '../../../src/engine/legacy/tools.js';

const FOLDER = join(import.meta.dirname, '../../../src/engine/legacy');

it('every tool is left out of a comparison, by its tables or by its schema', () => {
  const seen = LEGACY_TOOLS.filter(
    ({ shape, ownSchema }) =>
      LEGACY_TRACKER_TABLES.includes(shape.table) || LEGACY_TRACKER_SCHEMAS.includes(ownSchema ?? shape.schema ?? ''),
  );
  // Theirs are called "changelog" or "migrations", in public: the name does not tell whose that is.
  expect(LEGACY_TOOLS.filter((tool) => !seen.includes(tool)).map(({ name }) => name)).toEqual([
    'mybatis',
    'postgres-migrations',
    'typeorm',
  ]);
});

it('leaves out no table that an application may call its own', () => {
  expect(
    LEGACY_TRACKER_TABLES.filter(
      (table) => !/migrat|version|databasechangelog|revision|evolutions|schema|lock|meta/i.test(table),
    ),
  ).toEqual([]);
});

it('every file of a tool is on the list of tools', () => {
  const files = readdirSync(FOLDER).map((file) => file.replace('.ts', ''));
  const tools = LEGACY_TOOLS.map(({ name }) => name);
  expect(tools.filter((name) => !files.includes(name))).toEqual([]);
});
