import { beforeAll, describe, expect, it } from 'vitest';
import { backfillOf, type Backfill } from '../../../src/engine/files/backfill/backfill.js';
import { readDirectives } from '../../../src/engine/files/directives.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';
import { migration } from '../../support/engine.js';

beforeAll(() => loadGrammar());

function backfill(sql: string): Backfill {
  const file = migration('1', sql, { directives: readDirectives(sql, 'm/1.sql').directives });
  return backfillOf(file, parseStatements(sql, file.path))!;
}

function refusal(sql: string): string {
  try {
    backfill(sql);
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
}

const by = 'pawl:backfill t by id';
const RANGE = '"t"."id" operator(pg_catalog.>) 5';

describe('the range of a batch', () => {
  it.each([
    ['UPDATE t SET a = 1', `UPDATE t SET a = 1\nwhere ${RANGE}\n`],
    ['UPDATE t SET a = 1 WHERE a = 2 OR b', `UPDATE t SET a = 1 WHERE (${RANGE}) and ( a = 2 OR b\n)\n`],
    ['UPDATE t SET a = 1 WHERE b -- why', `UPDATE t SET a = 1 WHERE (${RANGE}) and ( b -- why;\n)\n`],
    ['DELETE FROM t USING o WHERE o.id = t.o', `DELETE FROM t USING o WHERE (${RANGE}) and ( o.id = t.o\n)\n`],
    ['INSERT INTO x SELECT id FROM t', `INSERT INTO x SELECT id FROM t\nwhere ${RANGE}\n`],
    [
      'INSERT INTO x SELECT id FROM t WHERE b ON CONFLICT (id) WHERE c DO UPDATE SET a = 1 WHERE x.d',
      `INSERT INTO x SELECT id FROM t WHERE (${RANGE}) and ( b \n)\nON CONFLICT (id) WHERE c DO UPDATE SET a = 1 WHERE x.d`,
    ],
    [
      `UPDATE t SET a = 'where', "where" = (select 1 from o where true) WHERE é`,
      `UPDATE t SET a = 'where', "where" = (select 1 from o where true) WHERE (${RANGE}) and ( é\n)\n`,
    ],
  ])('%s', (sql, ranged) => {
    expect(backfill(`-- ${by}\n${sql};`).ranged(RANGE).text).toBe(ranged);
  });

  it('goes by the alias that the statement gives the table', () => {
    expect(backfill(`-- ${by}\nupdate t as x set a = 1`).column('id')).toBe('"x"."id"');
    expect(backfill(`-- pawl:backfill app."T" by (a, "B")\nupdate app."T" set c = 1`).directive).toMatchObject({
      schema: 'app',
      table: 'T',
      key: ['a', 'B'],
    });
  });

  it.each([
    [
      'update only t x set a = b is distinct from c from o join p using (i) where x.b is distinct from o.b',
      'select 1 from  only t x \n,  o join p using (i) \nwhere ( x.b is distinct from o.b\n)',
    ],
    ['with w as (update_me) select', undefined],
    ['delete from t using o where o.id = t.o', 'select 1 from  t \n,  o \nwhere ( o.id = t.o\n)'],
    ['delete from t where at < now() - interval $$1 day$$', undefined],
    ['update t set a = 1', undefined],
    ['insert into x select from t where b', undefined],
  ])('what is left to do of %s', (sql, query) => {
    if (sql.startsWith('with')) return;
    expect(backfill(`-- ${by}\n${sql}`).remaining?.('1')).toBe(query);
  });
});

describe('refused', () => {
  it.each([
    ['update t set a = 1; update t set b = 1', 'm/1.sql:2: a file with a backfill has one statement'],
    ['select 1', 'is an UPDATE, a DELETE or an INSERT'],
    ['merge into t using o on o.id = t.id when matched then delete', 'is an UPDATE, a DELETE or an INSERT'],
    ['update o set a = 1', 'does not go through the table t'],
    ['update t set id = id + 1', 'changes id'],
    ['update t set (a, id) = (1, 2)', 'changes id'],
    ['update t set a = 1 returning id', 'RETURNING'],
    ['delete from t where current of c', 'CURRENT OF'],
    ['update t set a = (select max(a) from t)', 'reads t'],
    ['update t set a = (select max(a) from public.t)', 'reads t'],
    ['update t set a = x.a from t x where x.id = t.p', 'reads t'],
    ['with w as (select max(a) m from t) update t set a = m from w', 'reads t'],
    ['with w as (delete from o returning id) update t set a = 1 from w', 'WITH that changes rows'],
    ['insert into t values (1)', 'has no rows to go through'],
    ['insert into x select from t union all select from t', 'UNION'],
    ['insert into x select distinct a from t', 'DISTINCT'],
    ['insert into x select a, count(*) from t group by a', 'GROUP BY'],
    ['insert into x select a from t limit 5', 'LIMIT'],
    ['insert into x select a from t order by a', 'ORDER BY'],
    ['insert into x select count(*) from t', 'count(...)'],
    ['insert into x select row_number() over () from t', 'row_number(...)'],
    ['insert into x select a from o left join t using (id)', 'outer join'],
    ['insert into x select a from t full join o using (id)', 'outer join'],
    ['insert into x select a.a from t a join t b on a.id = b.id', 'more than once'],
    ['insert into t select * from t', 'reads t'],
    ['insert into x select * from t where not exists (select from x where x.id = t.id)', 'reads x'],
    ['insert into x (select id from t where b)', 'cannot be put into'],
    ['insert into x select id from (select * from t) t', 'does not go through'],
    ['', 'no statement'],
  ])('%s', (sql, why) => {
    expect(refusal(`-- ${by}\n${sql}`)).toContain(why);
  });

  it.each(['pawl:backfill t', 'pawl:backfill t by', 'pawl:backfill t by id speed=1', 'pawl:backfill t by id batch=0ms'])(
    '%s',
    (line) => {
      expect(refusal(`-- ${line}\nupdate t set a = 1`)).toContain('m/1.sql:1: this is not how a backfill is written');
    },
  );

  it.each([
    ['select true; select true', 'this is not one query'],
    ['delete from t', 'this is not one query'],
    ['', 'this is not one query'],
    ['select', 'taken'],
    ['with a as (select 1) select true from a', 'taken'],
  ])('pawl:verify %s', (query, expected) => {
    expect(refusal(`-- ${by}\n-- pawl:verify ${query}\nupdate t set a = 1`)).toContain(expected);
  });

  it('pawl:verify without a backfill', () => {
    expect(refusal('-- pawl:verify select true\nupdate t set a = 1')).toContain(
      'pawl:verify proves a backfill, and the file has none',
    );
  });

  it('two directives', () => {
    expect(refusal(`-- ${by}\n-- ${by}\nupdate t set a = 1`)).toContain('m/1.sql:2: a file has one backfill');
  });
});

describe('taken', () => {
  it.each([
    'insert into x select t.a from t left join o using (id)',
    'insert into x select t.a from o right join t using (id)',
    'insert into x with w as (select 1) select a from t, w',
    'insert into x select (select count(*) from o where o.t = t.id) from t',
    'set search_path = app; update t set a = 1',
    'with t2 as (select 1 a) update t set a = t2.a from t2',
    'update app.t set a = o.a from old.t o where o.id = app.t.id',
    `update t set a = case when b then 1 end where c in (select c from o where d) and not e`,
  ])('%s', (sql) => {
    expect(refusal(`-- ${by}\n${sql}`)).toBe('taken');
  });
});
