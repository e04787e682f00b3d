import { beforeAll, expect, it } from 'vitest';
import { duplicatesQuery, uniqueKeysOf } from '../../../src/engine/apply/duplicates.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';

beforeAll(loadGrammar);

const ONE = 'select "id", count(*) as rows from "t" where "id" is not null group by "id" having count(*) > 1';

it.each([
  ['create unique index on t (id)', ONE],
  ['alter table t add unique (id)', ONE],
  ['alter table t add column b int, add constraint t_pk primary key (id)', ONE],
  [
    'create unique index i on s."T" (a, "B") nulls not distinct',
    'select "a", "B", count(*) as rows from "s"."T" group by "a", "B" having count(*) > 1',
  ],
  // Not these: what they say may be values, or two answers.
  ['create index on t (id)', undefined],
  ["create unique index on t (lower(name || 'secret'))", undefined],
  ["create unique index on t (id) where name = 'secret'", undefined],
  ['alter table t add unique (a), add unique (b)', undefined],
  ['alter table t add primary key using index i', undefined],
  ['alter table t add check (a > 1)', undefined],
  ['insert into t values (1)', undefined],
])('%s: %s', (sql, query) => {
  const [statement] = parseStatements(sql, 'm/1.sql');
  const unique = uniqueKeysOf(statement!);
  expect(unique && duplicatesQuery(unique)).toBe(query);
});
