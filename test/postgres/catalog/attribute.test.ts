import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.js';
import { compareCatalogs, type Difference } from '../../../src/catalog/compare.js';
import { readCatalog } from '../../../src/catalog/read.js';
import { createTestDatabase } from '../../support/database.js';
import { ALL_CASES } from './all-cases.js';
import type { Change, KindCases } from './attribute-case.js';
import { classTable, type ShownClass } from './class-table.js';
import { USES } from './uses.js';

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

/** One side of a change: the schema, and which statements of an application work there. */
interface Side {
  readonly catalog: Catalog;
  readonly works: readonly boolean[];
}

async function readAround(kind: string, before: readonly (string | undefined)[], change: string): Promise<[Side, Side]> {
  for (const sql of before) if (sql) await client.query(sql);
  // What is written into the catalog itself, or past its checks, is not what commands make: nothing can be run on it.
  const made = !/\bupdate pg_|check_function_bodies/.test([...before, change].join());
  const uses = made ? (USES[kind] ?? []) : [];
  const a = await readSide(uses);
  await client.query(change);
  return [a, await readSide(uses)];
}

async function readSide(uses: readonly string[]): Promise<Side> {
  const catalog = await readCatalog(client, { databaseSettings: true });
  const works: boolean[] = [];
  for (const statement of uses) {
    await client.query('savepoint use');
    works.push(
      await client.query(`${statement}; set constraints all immediate`).then(
        () => true,
        (error: unknown) => {
          if (error instanceof pg.DatabaseError) return false;
          throw error;
        },
      ),
    );
    await client.query('rollback to savepoint use; release savepoint use');
  }
  return { catalog, works };
}

/** A statement that works on the first side and fails on the second. */
function brokenUse(kind: string, a: Side, b: Side): string | undefined {
  return USES[kind]?.find((_, at) => a.works[at] && !b.works[at]);
}

const shown: ShownClass[] = [];
const GRAVEST: readonly Difference['class'][] = ['breaking', 'behavioural', 'cosmetic'];

/** The gravest class of all that a change differs in; that of a statement that fails must be breaking, whatever the kind says of itself. */
function gravest(differences: readonly Difference[], broken: string | undefined): Difference['class'] {
  const worst = GRAVEST.find((one) => differences.some((difference) => difference.class === one))!;
  if (broken !== undefined) expect(worst, `fails on the other side: ${broken}`).toBe('breaking');
  return worst;
}

const named = ({ kind, attribute, change }: Difference): string => `${kind} ${attribute ?? change}`;
const sortedNames = (differences: readonly Difference[]): string[] => differences.map(named).sort();
const opposite = (name: string): string => name.replace(/(added|removed)$/, (word) => (word === 'added' ? 'removed' : 'added'));

async function expectOnly(
  [a, b]: [Side, Side],
  kind: string,
  change: Pick<Change, 'attribute' | 'class' | 'also'>,
): Promise<void> {
  const differences = await compareCatalogs(a.catalog, b.catalog);
  const wanted = [`${kind} ${change.attribute}`, ...(change.also ?? [])].sort();
  expect(sortedNames(differences)).toEqual(wanted);
  const main = differences.find((difference) => named(difference) === `${kind} ${change.attribute}`)!;
  expect(main.class).toBe(change.class);
  expect(main.effect).toMatch(/\S{2} \S/);
  const back = await compareCatalogs(b.catalog, a.catalog);
  expect(sortedNames(back)).toEqual(wanted.map(opposite).sort());
  const [there, home] = [brokenUse(kind, a, b), brokenUse(kind, b, a)];
  shown.push({
    kind,
    attribute: change.attribute,
    there: [gravest(differences, there), there],
    back: [gravest(back, home), home],
  });
}

const title = (change: Change): string => `${change.attribute}: ${change.to.replace(/\s+/g, ' ')}`;
const beside = (cases: KindCases, change: string): string[] =>
  (cases.also ?? []).map((name) => (name.includes(' family ') ? name : `${name} ${change}`));

describe.each(ALL_CASES)('$kind', (cases) => {
  test('added', async () => {
    const around = await readAround(cases.kind, [cases.given], cases.make);
    await expectOnly(around, cases.kind, { attribute: 'added', class: cases.added, also: beside(cases, 'added') });
  });

  test('removed', async () => {
    const around = await readAround(cases.kind, [cases.given, cases.make], cases.drop);
    await expectOnly(around, cases.kind, { attribute: 'removed', class: cases.removed, also: beside(cases, 'removed') });
  });

  test.for(cases.changes.map((change) => [title(change), change] as const))('%s', async ([, change], context) => {
    context.skip(change.since !== undefined && server < change.since, 'a newer PostgreSQL');
    await expectOnly(await readAround(cases.kind, [cases.given, cases.make, change.given], change.to), cases.kind, change);
  });
});

/** `npx vitest run --project postgres test/postgres/catalog/attribute.test.ts -u` writes the page anew. */
test('docs/diff-classes.md has each change with its class in both directions, and the statement that shows it', async (context) => {
  const all = ALL_CASES.reduce((sum, { changes }) => sum + changes.length + 2, 0);
  context.skip(shown.length < all, 'some changes were not made: an older PostgreSQL, or only some tests');
  await expect(classTable(shown)).toMatchFileSnapshot('../../../docs/diff-classes.md');
});
