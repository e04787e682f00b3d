const AS_APP = 'set local role "Röle.1";';
/** A view reads with the rights of its owner; whether another one has them is no matter of the view. */
const OWNER_MAY = 'grant all on t to "Röle.1";';

/**
 * What applications do with the objects of a kind, in the names that the cases give them. Each runs on both sides of each change: what works
 * on the one side and fails on the other decides that the change breaks something in that direction. Where a name is not there it fails
 * on both sides, and says nothing.
 */
export const USES: Readonly<Record<string, readonly string[]>> = {
  aggregate: ['select g(1)', 'select g(id) from (values (1), (2)) t(id)', 'select g(1) over ()'],
  cast: [`select 'a'::e::int`, `create table x(i int); insert into x values ('a'::e)`, `select 1 + 'a'::e`],
  check: [
    'insert into t(v) values (-1)',
    'insert into t(v) values (1)',
    'insert into t(v) values (1000)',
    `insert into t(s) values ('b')`,
    `insert into t(s) values ('c')`,
    'insert into child(v) values (-1)',
  ],
  column: [
    'insert into "T.ä"(id) values (1)',
    'insert into "T.ä"(v) values (\'x\')',
    'insert into "T.ä"(id, v) values (1, null)',
    `insert into "T.ä"(id, "C""ö") values (1, repeat('x', 15))`,
    'insert into "T.ä"(id, "C""ö") values (1, null)',
    'select "C""ö" from "T.ä"',
    'insert into g(a) values (1)',
    'insert into g(a, b) values (1, 2)',
    'insert into t(id) values (1)',
    'insert into t(id, tenant_id) values (1, 2)',
    'select tenant_id from t',
    `select ('(3000000000)'::comp).a`,
  ],
  'composite type': [`select ('(1,x)'::c).b`, `select (row(1, 'x')::c).a`],
  domain: [`select 'abcdefgh'::"D.ä"`, 'select null::"D.ä"', 'select 1::"D.ä"'],
  enum: [`select 'a'::"E.ä"`, `select 'b'::"E.ä"`, `select 'c'::"E.ä"`],
  exclusion: [
    `insert into t values ('[1,5)', '[1,5)'), ('[2,6)', '[2,6)')`,
    `insert into t values ('[1,5)', '[1,5)'), ('[2,6)', '[8,9)')`,
    `insert into t values ('[1,5)', '[1,5)') on conflict do nothing`,
  ],
  extension: [`select 'a=>1'::hstore`, `select 'a=>1'::public.hstore`],
  'foreign key': [
    'insert into child values (1, 1, 1)',
    'insert into child(a) values (1)',
    'insert into "P.ä" values (1, 2); insert into child values (1, 2, 3); set constraints all immediate',
    'insert into "P.ä" values (1, 2); insert into child values (2, 1, 3); set constraints all immediate',
    'insert into q values (1, 2); insert into child values (1, 2, 3); set constraints all immediate',
    'insert into "P.ä" values (1, 1); insert into child values (1, 1, 1); delete from "P.ä"',
    'insert into "P.ä" values (1, 1); insert into child values (1, 1, 1); update "P.ä" set a = 2',
    'insert into child values (1, 1, 1); insert into "P.ä" values (1, 1)',
    'set constraints fk deferred',
  ],
  function: [
    'select "F.ä"(1)',
    'select * from "F.ä"(1)',
    'call "F.ä"(1)',
    'select "F.ä"(1)::int + 1',
    'select "F.ä"(1::bigint)',
    'create table ix(i int); create index on ix("F.ä"(i))',
  ],
  grant: [
    `${AS_APP} select * from t`,
    `${AS_APP} insert into t(id) values (1)`,
    `${AS_APP} select v from t`,
    `${AS_APP} update t set v = 'x'`,
    `${AS_APP} select nextval('s')`,
    `${AS_APP} select f()`,
    `${AS_APP} select g(1)`,
    `${AS_APP} create table n(id int)`,
  ],
  index: [
    `insert into t(tenant_id, code) values (1, 'a'), (1, 'a')`,
    `insert into t(tenant_id, code) values (1, 'a'), (2, 'a')`,
    `insert into t(tenant_id, code) values (1, null), (1, null)`,
    `insert into t(code) values ('a') on conflict (code) do nothing`,
    `insert into t(tenant_id, code) values (1, 'a') on conflict (tenant_id, code) do nothing`,
  ],
  key: [
    'insert into t values (1, 1, null), (1, 2, null)',
    'insert into t values (1, 1, null), (1, 1, null)',
    'insert into t values (1, 1, null) on conflict (tenant_id, code) do nothing',
    'insert into t values (1, 1, null) on conflict (tenant_id) do nothing',
    'create table child(a int, b int, foreign key (a, b) references t(tenant_id, code))',
    `insert into w(r) values ('[1,2)')`,
  ],
  'materialized view': ['select id from m', 'select v from m', `${OWNER_MAY} refresh materialized view m`],
  operator: ['select 1 === 1', 'select 1 where 1 === 1'],
  policy: [
    `grant all on t to "Röle.1"; alter table t enable row level security; ${AS_APP} insert into t values (1)`,
    `grant all on t to "Röle.1"; alter table t enable row level security; ${AS_APP} insert into t values (2)`,
    `create role other; grant all on t to other; alter table t enable row level security; set local role other; insert into t values (2)`,
  ],
  'range type': [`select r('a', 'b')`, 'select n(1, 2)', 'select mr()', 'select mr2()', `select upper(n(1, 2)) + 1`],
  rule: ['delete from t', 'insert into t values (1)', 'insert into t values (1) returning id'],
  schema: ['create table "S.ä""x".t(id int)', 'set local search_path = "S.ä""x"; create table t(id int)'],
  // setval() would outlive its savepoint.
  sequence: [`select nextval('"S.ä"')`, `select last_value from "S.ä"`],
  table: [
    `insert into "T.ä"(id, v) values (1, 'x')`,
    'select id, v from "T.ä"',
    `update "T.ä" set v = 'y'`,
    `grant all on "T.ä" to "Röle.1"; ${AS_APP} insert into "T.ä"(id, v) values (1, 'x')`,
    'insert into p values (1)',
    'insert into p values (5)',
    'insert into p values (9)',
    'insert into p values (20)',
  ],
  trigger: ['insert into t values (1)', 'update t set id = 2', 'delete from t'],
  view: [
    'select id from "V.ä"',
    'select v from "V.ä"',
    `insert into "V.ä" values (1, 'x')`,
    `insert into "V.ä" values (-1, 'x')`,
  ].map((use) => `${OWNER_MAY} ${use}`),
};
