import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.js';
import { compareCatalogs, type Difference } from '../../../src/catalog/compare.js';
import { readCatalog } from '../../../src/catalog/read.js';
import { createTestDatabase } from '../../support/database.js';
import { ALL_CASES } from './all-cases.js';
import type { Change, KindCases } from './attribute-case.js';

// Each case runs in one transaction that is rolled back, so that even roles and changes to the catalog itself leave nothing behind.
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;
let server: number;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query<{ server: number }>(`select current_setting('server_version_num')::int as server`);
  server = rows[0]!.server;
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
beforeEach(() => client.query('begin; set local allow_system_table_mods = on'));
afterEach(() => client.query('rollback'));

async function readAround(before: readonly (string | undefined)[], change: string): Promise<[Catalog, Catalog]> {
  for (const sql of before) if (sql) await client.query(sql);
  const a = await readCatalog(client, { databaseSettings: true });
  await client.query(change);
  return [a, await readCatalog(client, { databaseSettings: true })];
}

const named = ({ kind, attribute, change }: Difference): string => `${kind} ${attribute ?? change}`;
const sortedNames = (differences: readonly Difference[]): string[] => differences.map(named).sort();
const opposite = (name: string): string => name.replace(/(added|removed)$/, (word) => (word === 'added' ? 'removed' : 'added'));

async function expectOnly(
  [a, b]: [Catalog, Catalog],
  kind: string,
  change: Pick<Change, 'attribute' | 'class' | 'also'>,
): Promise<void> {
  const differences = await compareCatalogs(a, b);
  const wanted = [`${kind} ${change.attribute}`, ...(change.also ?? [])].sort();
  expect(sortedNames(differences)).toEqual(wanted);
  const main = differences.find((difference) => named(difference) === `${kind} ${change.attribute}`)!;
  expect(main.class).toBe(change.class);
  expect(main.effect).toMatch(/\S{2} \S/);
  expect(sortedNames(await compareCatalogs(b, a))).toEqual(wanted.map(opposite).sort());
}

const title = (change: Change): string => `${change.attribute}: ${change.to.replace(/\s+/g, ' ')}`;
const beside = (cases: KindCases, change: string): string[] =>
  (cases.also ?? []).map((name) => (name.includes(' family ') ? name : `${name} ${change}`));

describe.each(ALL_CASES)('$kind', (cases) => {
  test('added', async () => {
    const around = await readAround([cases.given], cases.make);
    await expectOnly(around, cases.kind, { attribute: 'added', class: cases.added, also: beside(cases, 'added') });
  });

  test('removed', async () => {
    const around = await readAround([cases.given, cases.make], cases.drop);
    await expectOnly(around, cases.kind, { attribute: 'removed', class: cases.removed, also: beside(cases, 'removed') });
  });

  test.for(cases.changes.map((change) => [title(change), change] as const))('%s', async ([, change], context) => {
    context.skip(change.since !== undefined && server < change.since, 'a newer PostgreSQL');
    await expectOnly(await readAround([cases.given, cases.make, change.given], change.to), cases.kind, change);
  });
});
