import { expect, test } from 'vitest';
import type { Catalog, CatalogObject, Json } from '../../../src/catalog/catalog.js';
import { compareCatalogs } from '../../../src/catalog/compare.js';

const table: CatalogObject = { kind: 'table', identity: 'public.t', attributes: { columnOrder: ['tenant_id', 'code'] } };
const key = (identity: string, attributes: Record<string, Json> = {}): CatalogObject => ({
  kind: 'key',
  identity: `${identity} on public.t`,
  parent: 'table public.t',
  attributes: { primary: false, columns: ['tenant_id', 'code'], deferrable: false, valid: true, ready: true, ...attributes },
});
const index = (identity: string, attributes: Record<string, Json> = {}): CatalogObject => ({
  kind: 'index',
  identity: `public.${identity}`,
  parent: 'table public.t',
  attributes: {
    unique: true,
    method: 'btree',
    keys: ['tenant_id', 'code'],
    columns: ['tenant_id', 'code'],
    predicate: null,
    valid: true,
    ready: true,
    ...attributes,
  },
});
const catalog = (...objects: CatalogObject[]): Catalog => ({ server: 180000, objects: [table, ...objects] });

test('a lost unique key names the ON CONFLICT that fails', async () => {
  expect(await compareCatalogs(catalog(key('k')), catalog())).toMatchObject([
    {
      kind: 'key',
      identity: 'k on public.t',
      change: 'removed',
      class: 'breaking',
      effect: 'ON CONFLICT (tenant_id, code) has no unique index to use, and duplicates are accepted',
    },
  ]);
});

test('a unique index in the place of a key keeps ON CONFLICT working', async () => {
  const differences = await compareCatalogs(catalog(key('k')), catalog(index('i')));
  expect(differences.map(({ kind, change, class: grade }) => [kind, change, grade])).toEqual([
    ['key', 'removed', 'behavioural'],
    ['index', 'added', 'behavioural'],
  ]);
});

test.each([
  ['a partial index', index('i', { predicate: '(code > 0)' })],
  ['an INVALID index', index('i', { valid: false })],
  ['an index on an expression', index('i', { columns: null })],
  ['a deferrable key', key('other', { deferrable: true, columns: ['code', 'tenant_id'] })],
])('%s does not keep ON CONFLICT working', async (_, substitute) => {
  const differences = await compareCatalogs(catalog(key('k')), catalog(substitute));
  expect(differences).toContainEqual(expect.objectContaining({ kind: 'key', change: 'removed', class: 'breaking' }));
});

test('constraints are paired by definition before they are paired by name', async () => {
  const differences = await compareCatalogs(
    catalog(key('a'), key('b', { columns: ['code'] })),
    catalog(key('a', { columns: ['code'] }), key('b')),
  );
  expect(differences.map(({ attribute, a, b, class: grade }) => [attribute, a, b, grade])).toEqual([
    ['name', 'a on public.t', 'b on public.t', 'cosmetic'],
    ['name', 'b on public.t', 'a on public.t', 'cosmetic'],
  ]);
});

test('what hangs on a table that is gone is not listed beside it', async () => {
  const differences = await compareCatalogs(catalog(key('k')), { server: 180000, objects: [] });
  expect(differences.map(({ kind }) => kind)).toEqual(['table']);
});

test('what a partition gets from its parent is listed once', async () => {
  const column = (of: string, type: string): CatalogObject => ({
    kind: 'column',
    identity: `public.${of}.a`,
    attributes: { type },
    ...(of === 't' ? {} : { inheritedFrom: 'column public.t.a' }),
  });
  const same = await compareCatalogs(
    catalog(column('t', 'text'), column('p1', 'text')),
    catalog(column('t', 'bytea'), column('p1', 'bytea')),
  );
  expect(same.map(({ identity }) => identity)).toEqual(['public.t.a']);
  const own = await compareCatalogs(
    catalog(column('t', 'text'), column('p1', 'text')),
    catalog(column('t', 'text'), column('p1', 'bytea')),
  );
  expect(own.map(({ identity }) => identity)).toEqual(['public.p1.a']);
});

test('a new column in the middle changes no order', async () => {
  const wider = { ...table, attributes: { columnOrder: ['tenant_id', 'new', 'code'] } };
  expect(await compareCatalogs(catalog(), { server: 180000, objects: [wider] })).toEqual([]);
});

test('an attribute that only one server version has is not compared', async () => {
  expect(await compareCatalogs(catalog(key('k', { nullsNotDistinct: false })), catalog(key('k')))).toEqual([]);
});

test('owners and rights can be left out', async () => {
  const owned = (owner: string): CatalogObject => ({ ...table, attributes: { owner } });
  const grant = {
    kind: 'grant',
    identity: 'table public.t to app',
    parent: 'table public.t',
    attributes: { privileges: ['SELECT'] },
  };
  const a = { server: 180000, objects: [owned('a'), grant] };
  const b = { server: 180000, objects: [owned('b')] };
  expect(await compareCatalogs(a, b)).toHaveLength(2);
  expect(await compareCatalogs(a, b, { ignoreOwners: true, ignorePrivileges: true })).toEqual([]);
});

const granted = (server: number, ...privileges: string[]): Catalog => ({
  server,
  objects: [
    { kind: 'table', identity: 'public.t', attributes: { columnOrder: [] } },
    { kind: 'grant', identity: 'table public.t to anon', parent: 'table public.t', attributes: { privileges } },
  ].filter(({ kind }) => kind === 'table' || privileges.length > 0),
});

test.each<[string, Catalog, Catalog, number]>([
  ['GRANT ALL means the same on both', granted(150_000, 'SELECT'), granted(180_000, 'MAINTAIN', 'SELECT'), 0],
  ['where nothing else is given', granted(160_000), granted(170_000, 'MAINTAIN with grant option'), 0],
  ['where it was taken away', granted(150_000, 'no SELECT'), granted(180_000, 'no MAINTAIN', 'no SELECT'), 0],
  ['another right is one all the same', granted(150_000, 'INSERT'), granted(180_000, 'MAINTAIN', 'SELECT'), 1],
  ['both servers have it', granted(170_000, 'SELECT'), granted(180_000, 'MAINTAIN', 'SELECT'), 1],
])('a right that only the newer server has is no difference: %s', async (_, a, b, differences) => {
  expect(await compareCatalogs(a, b)).toHaveLength(differences);
  expect(await compareCatalogs(b, a)).toHaveLength(differences);
});
