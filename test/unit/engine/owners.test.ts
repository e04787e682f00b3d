import { beforeAll, expect, it } from 'vitest';
import { foreignOwners, ownerMap } from '../../../src/config/owners.js';
import { definedObjects } from '../../../src/owners/defined-objects.js';
import { judgeOwnership } from '../../../src/owners/ownership.js';
import type { Migration } from '../../../src/engine/files/migration.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';

beforeAll(loadGrammar);

const migration = (sql: string, path = 'm/1.sql'): Migration => ({
  version: '1',
  name: '1.sql',
  path,
  sql,
  checksum: '',
  transaction: 'auto',
  directives: [],
});

const DEFINES: [sql: string, objects: string[]][] = [
  ['create table a (id int)', ['+table public.a']],
  ['create table "S.x"."T y" as select 1 as id', ['+table S.x.T y']],
  ['create unique index concurrently i on s.a (id)', ['+index s.i', 'table s.a']],
  ['alter table s.a add column b int, drop column c', ['table s.a', '+column s.a.b']],
  ['alter table a rename to b', ['table public.a']],
  ['drop table if exists a, s.b', ['table public.a', 'table s.b']],
  ['create view v as select * from a', ['+view public.v']],
  ["create type t as enum ('x'); alter type t add value 'y'", ['+type public.t', 'type public.t']],
  ['create or replace function s.f(int) returns int language sql as $$ select 1 $$', ['+function s.f']],
  ['create trigger g before update on a for each row execute function f()', ['table public.a']],
  ['create sequence q; create schema s; create extension pg_trgm', ['+sequence public.q', '+schema s', '+extension pg_trgm']],
  ['set search_path = s, public; create table a (); create domain d as int', ['+table s.a', '+type s.d']],
  ['insert into a values (1); update a set id = 2; delete from a; select 1; grant select on a to public', []],
];

it.each(DEFINES)('%s', (sql, objects) => {
  expect(definedObjects(migration(sql)).map(({ creates, kind, name }) => `${creates ? '+' : ''}${kind} ${name}`)).toEqual(
    objects,
  );
});

it('finds who defines what belongs to another, and what several create', async () => {
  const config = { owners: { shop: ['customers', 'shop.*'], billing: ['invoice_*'] } };
  const ownership = await judgeOwnership(
    [
      { owner: 'shop', migrations: [migration('create table customers (id int);\ncreate table common (id int);', 'shop/1.sql')] },
      {
        owner: 'billing',
        migrations: [
          migration('create table invoice_lines (id int);\n alter table customers add x int; create table common ();', 'b/1.sql'),
        ],
      },
    ],
    ownerMap(config),
  );
  expect(ownership.trespasses.map(({ by, owner, object }) => [by, owner, object.name, object.line])).toEqual([
    ['billing', 'shop', 'public.customers', 2],
    ['billing', 'shop', 'public.customers.x', 2],
  ]);
  expect(ownership.contested).toEqual([
    {
      kind: 'table',
      name: 'public.common',
      creators: [
        { owner: 'shop', path: 'shop/1.sql', line: 2 },
        { owner: 'billing', path: 'b/1.sql', line: 2 },
      ],
    },
  ]);
  const target = { owner: 'shop' } as Parameters<typeof foreignOwners>[1]['target'];
  expect(foreignOwners(config, { name: 'orders', target, environment: undefined })).toEqual({ 'invoice_*': 'billing' });
});
