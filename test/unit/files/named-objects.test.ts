import { beforeAll, expect, it } from 'vitest';
import { cascades, objectsNamedBy } from '../../../src/engine/files/named-objects.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';

beforeAll(loadGrammar);

const NAMED: [sql: string, objects: string[]][] = [
  ['create table s.a (id int)', ['creates table s.a']],
  ['create temporary table a (id int)', ['creates table a, temporary']],
  ['create temp table a as select 1', ['creates table a, temporary']],
  ['create materialized view v as select 1', ['creates table v']],
  ['create foreign table f (id int) server s', ['creates table f']],
  ['create or replace view v as select 1', ['replaces view v']],
  ['create or replace function s.f() returns int language sql as $$ select 1 $$', ['replaces function s.f']],
  ['create type t as range (subtype = int)', ['creates type t']],
  ['create schema authorization r', []],
  ['create index on a (id)', ['changes table a']],
  ['create index i on s.a (id)', ['creates index s.i of s.a', 'changes table s.a']],
  [
    'alter table a add b int, add constraint c check (b > 0)',
    ['changes table a', 'creates column a.b of a', 'creates constraint a.c of a'],
  ],
  ['alter table a drop b, drop constraint c', ['changes table a', 'drops column a.b of a', 'drops constraint a.c of a']],
  ['alter table a rename b to c', ['renames table a', 'renames column a.b of a']],
  ['alter table a rename to b', ['renames table a']],
  ['drop function s.f(int), g()', ['drops function s.f', 'drops function g']],
  ['drop type t, s.u', ['drops type t', 'drops type s.u']],
  ['drop schema s', ['drops schema s']],
  ['drop trigger g on a', ['drops trigger a.g']],
  ['select 1', []],
];

it.each(NAMED)('%s', (sql, objects) => {
  const told = parseStatements(sql, 'm/1.sql')
    .flatMap(objectsNamedBy)
    .map(({ act, kind, parts, table, temporary }) => {
      const of = table ? ` of ${table.join('.')}` : '';
      return `${act} ${kind} ${parts.join('.')}${of}${temporary ? ', temporary' : ''}`;
    });
  expect(told).toEqual(objects);
});

it.each([
  ['drop table a cascade', true],
  ['drop table a', false],
  ['alter table a drop b cascade', true],
  ['alter table a drop b, add c int', false],
])('%s takes along what depends: %s', (sql, expected) => {
  expect(parseStatements(sql, 'm/1.sql').map(cascades)).toEqual([expected]);
});
