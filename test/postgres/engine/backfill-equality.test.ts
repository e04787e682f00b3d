import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { backfillFile, batchesOf } from '../../support/backfill.js';
import { deployAll, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const TABLES = `
  create table t (id int primary key, a int, b text, c int[], d timestamptz, "Odd name" text, parent int);
  insert into t select i * 2, i % 11, case when i % 5 > 0 then 'B' || i end, array[i, i % 3], '2026-01-01'::timestamptz + i * interval '1 h', 'x' || i, nullif(i / 2, 0) * 2
    from generate_series(1, 97) i;
  create table o (id int primary key, t int, n int);
  insert into o select i, i % 50 * 2, i % 7 from generate_series(1, 120) i;
  create table x (id int, v text);
  create table u (id int primary key, v text, n int default 0);
  insert into u select i * 2, 'old', 1 from generate_series(1, 30) i;
  create view seen as select * from t;
  create function pure(int) returns int immutable language sql as 'select $1 * 2';
  create function reads() returns bigint stable language sql as 'select count(*) from t where a is null';`;

/** Statements on the same tables; each does in batches what it does as one, to the last row. */
const EQUAL = [
  'update t set a = a + 1',
  'update t set a = a + 1 where a < 5',
  'update t set a = a + 1 where a < 5 or b is null',
  'update t set a = 0 where not (a = 1 and b is null) -- why; not',
  'update t set a = /* where */ 1 where b like $$%where%$$ or true',
  `update t set b = 'where', a = (select max(n) from o where o.t = t.id)`,
  'update t set "Odd name" = upper("Odd name") where "Odd name" > $$x5$$',
  'update t as y set a = -y.a where y.a % 2 = 0',
  'update only t set a = a * 2',
  'update t set (a, b) = (1, id::text)',
  'update t set (a, b) = (select o.n, o.t::text from o where o.t = t.id order by o.id limit 1)',
  'update t set a = o.n from o where o.id = t.id',
  'update t set a = o.n from o join u on u.id = o.id where o.id = t.id and u.n = 1',
  'update t set a = s.n from (select t as k, sum(n)::int as n from o group by t) s where s.k = t.id',
  'with s as (select t as k, count(*)::int as n from o group by t) update t set a = s.n from s where s.k = t.id',
  'update t set c[1] = 7 where c[2] = 1',
  'update t set c = c || array[a]',
  'update t set a = case when b is null then 1 else a end where b is distinct from $$B3$$',
  'update t set d = d at time zone $$UTC$$ at time zone $$Asia/Tokyo$$',
  'update t set a = pure(a) where pure(a) > 4',
  'update t set b = null where exists (select from o where o.t = t.id and o.n = 3)',
  'update t set b = coalesce(b, (select v from u where u.id = t.id), $$none$$)',
  'update t set a = default',
  'update t set a = id where id between 10 and 50 or id = 190',
  'update t set parent = null where parent in (select id from o)',
  'delete from t',
  'delete from t where a = 3',
  'delete from t where a = 3 or b is null',
  'delete from t using o where o.t = t.id and o.n = 2',
  'delete from t as y where y.a > 5 and not exists (select from o where o.t = y.id)',
  'delete from only t where id % 4 = 0',
  'with s as (select t from o where n = 1) delete from t using s where s.t = t.id',
  'insert into x select id, b from t',
  'insert into x (v) select b from t where a > 3',
  'insert into x select t.id, o.n::text from t join o on o.t = t.id',
  'insert into x select t.id, o.n::text from t left join o on o.t = t.id and o.n > 4',
  'insert into x select t.id, o.n::text from o right join t on o.t = t.id',
  'insert into x select t.id, o.n::text from t, o where o.t = t.id and t.a = 2',
  'insert into x select t.id, l.n::text from t, lateral (select max(n) n from o where o.t = t.id) l',
  'insert into x select t.id, unnest(t.c)::text from t',
  'insert into x select t.id, (select count(*) from o where o.t = t.id)::text from t where t.a in (select n from o)',
  'with s as (select 1 as n) insert into x select t.id, s.n::text from t, s',
  'insert into x with s as (select 1 as n) select t.id, s.n::text from t, s where t.a = s.n',
  'insert into u select id, b from t on conflict do nothing',
  'insert into u select id, b from t where a > 1 on conflict (id) do nothing',
  'insert into u select id, b from t on conflict (id) do update set v = excluded.v, n = u.n + 1 where u.id > 10',
  'insert into u as w (id, v) select id, b from t where b is not null on conflict (id) do update set v = w.v || excluded.v',
  'insert into x select y.id, y.b from t as y where y.b > $$B4$$',
  'insert into x select t.id, o.n::text from (o cross join t)',
  'insert into x select t.id, t.b from t join o using (id) where o.n < 5',
];

/** Statements that would do something else in batches, or that cannot be told from such. */
const HOSTILE = [
  'update t set a = (select max(a) from t) + 1',
  'update t set a = y.a from t y where y.id = t.parent',
  'update t set a = s.m from (select avg(a)::int m from t) s',
  'with s as (select avg(a)::int m from t) update t set a = s.m from s',
  'update t set a = (select max(a) from seen)',
  'update t set a = s.a from seen s where s.id = t.parent',
  'update t set a = reads()',
  'update t set a = 1 where reads() < 5',
  'update t set id = id + 1',
  'update t set (a, id) = (1, id + 1000)',
  'update t set a = 1 where id = (select min(id) from t)',
  'update t set a = 1 where exists (select from public.t) or exists (select from batched.t)',
  'update t set a = 1 returning id',
  'with w as (delete from o returning id) update t set a = 1 from w where w.id = t.id',
  'with w as (insert into x values (1) returning id) delete from t using w where w.id = t.id',
  'delete from t where a = (select max(a) from t)',
  'delete from t using t y where y.id = t.parent and y.a > t.a',
  'delete from t where id not in (select min(id) from t group by a)',
  'delete from t where current of c',
  'insert into t select id + 1, a from t',
  'insert into x select count(*), null from t',
  'insert into x select sum(a), max(b) from t',
  'insert into x select a, string_agg(b, $$,$$) from t group by a',
  'insert into x select distinct a, b from t',
  'insert into x select distinct on (a) a, b from t order by a, id',
  'insert into x select id, b from t order by b limit 3',
  'insert into x select id, b from t offset 3',
  'insert into x select id, b from t fetch first 5 rows only',
  'insert into x select row_number() over (order by id), b from t',
  'insert into x select id, lag(b) over w from t window w as (order by id)',
  'insert into x select id, b from t union select id, v from u',
  'insert into x select id, b from t union all select id, v from u',
  'insert into x select id, b from t intersect select id, v from u',
  'insert into x select id, b from t except select id, v from u',
  'insert into x select o.id, t.b from o left join t on t.id = o.t',
  'insert into x select o.id, t.b from t right join o on t.id = o.t',
  'insert into x select o.id, t.b from t full join o on t.id = o.t',
  'insert into x select o.id, t.b from o left join (u join t on t.id = u.id) on o.t = t.id',
  'insert into x select y.id, z.b from t y join t z on z.id = y.parent',
  'insert into x select id, b from t tablesample system (50)',
  'insert into x select id, b from t having true',
  'insert into x select id, b from (select * from t) t',
  'insert into x select id, b from t where not exists (select from x where x.id = t.id)',
  'insert into u select id, (select max(v) from u) from t on conflict do nothing',
  'insert into x values (1, $$a$$)',
  'insert into x select 1, $$a$$',
  'insert into x table t',
  'insert into x (select id, b from t where a = 1)',
  'insert into x select id, b from t for update',
  'merge into t using o on o.t = t.id when matched then update set a = o.n',
];

let version = 0;
const reset = async (): Promise<void> => {
  for (const schema of ['one', 'batched'])
    await database.query(
      `drop schema if exists ${schema} cascade; create schema ${schema}; set search_path = ${schema}; ${TABLES}`,
    );
};
const contents = (schema: string): Promise<unknown[]> =>
  database.query(
    ['t', 'o', 'x', 'u']
      .map((table) => `select '${table}' as table, array_agg(r::text order by r::text) as rows from ${schema}.${table} r`)
      .join(' union all '),
  );
const inBatches = (sql: string) =>
  deployAll(targetOf(database, { backfill: batchesOf(7) }), [
    stageOf([backfillFile(String((version += 1)), `-- pawl:backfill t by id\nset search_path = batched;\n${sql}\n;`)]),
  ]);

describe('a statement in batches', () => {
  it.each(EQUAL)('does what it does as one: %s', async (sql) => {
    await reset();
    const before = await contents('batched');
    await database.query(`set search_path = one; ${sql}\n;`);
    await inBatches(sql);
    const after = await contents('batched');
    expect(after).toEqual(await contents('one'));
    expect(after).not.toEqual(before);
  });

  it.each(HOSTILE)('is refused where it would do something else: %s', async (sql) => {
    await reset();
    const before = await contents('batched');
    await expect(inBatches(sql)).rejects.toMatchObject({ code: 'BACKFILL_UNFIT' });
    expect(await contents('batched')).toEqual(before);
  });

  const fires = (when: string, body: string): string =>
    `create function f() returns trigger language plpgsql set search_path = SCHEMA as $$ begin ${body} return new; end $$;
     create trigger f ${when} for each row execute function f()`;
  it.each([
    ['a trigger that adds rows', fires('after update on t', 'insert into x values (new.id, tg_op);'), 'update t set a = a + 1'],
    ['a trigger that sums up', fires('after update on t', 'update u set n = n + new.a where id = 2;'), 'update t set a = a + 1'],
    [
      'a trigger that changes other rows of the table',
      fires('after update on t', "if pg_trigger_depth() = 1 then update t set b = b || 'x' where parent = new.id; end if;"),
      'update t set a = a + 1',
    ],
    [
      'a key that others refer to, with ON DELETE CASCADE',
      'alter table o add foreign key (t) references t on delete cascade not valid',
      'delete from t where a = 3',
    ],
    [
      'a generated column in the condition',
      'alter table t add g int generated always as (a * 2) stored',
      'update t set a = a + 1 where g > 6',
    ],
    [
      'row security',
      'alter table t enable row level security; alter table t force row level security; create policy p on t using (a < 5)',
      'update t set b = null',
    ],
  ])('does what it does as one beside %s', async (_, extra, sql) => {
    await reset();
    for (const schema of ['one', 'batched'])
      await database.query(`set search_path = ${schema}; ${extra.replace('SCHEMA', schema)}`);
    const before = await contents('batched');
    await database.query(`set search_path = one; ${sql}`);
    await inBatches(sql);
    expect(await contents('batched')).toEqual(await contents('one'));
    expect(await contents('batched')).not.toEqual(before);
  });
});
