import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backfillsView } from '../../../src/cli/view/backfill.js';
import { backfillStatus } from '../../../src/engine/acts/tune-backfill.js';
import type { ShownBackfill } from '../../../src/engine/ledger/backfills.js';
import { applyPending } from '../../../src/engine/acts/apply.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { backfillFile, batchesOf, when } from '../../support/backfill.js';
import { begin, deployAll, recorder, stageOf, targetOf } from '../../support/engine.js';
import { fence } from '../../../src/engine/lease/lease.js';
import { withLock } from '../../../src/engine/lease/with-lock.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const target = (rows = 10, more = {}) => targetOf(database, { backfill: batchesOf(rows, more) });
const LOWER = `-- pawl:backfill users by id\nupdate users set lower = lower(email), n = n + 1 where lower is null;`;
const users = (count: number): Promise<unknown> =>
  database.query(
    `create table users (id bigint primary key, email text, lower text, n int not null default 0);
     insert into users select i * 3, 'User' || i from generate_series(1, ${count}) i; analyze users`,
  );
const row = async (): Promise<Record<string, unknown>> =>
  (
    await database.query(
      `select rows::int, seen::int, batches::int, pass, settles, finished_at is not null as finished, cursor from pawl.backfills`,
    )
  )[0]!;
const each = async (): Promise<unknown> =>
  (
    await database.query(
      `select count(*)::int as all, count(*) filter (where n = 1)::int as once, count(lower)::int as lower from users`,
    )
  )[0];

describe('a backfill', () => {
  it('goes through the table in batches that commit one by one, each row once, and counts as applied', async () => {
    await users(95);
    const control = recorder();
    await deployAll(target(), [stageOf([backfillFile('1', LOWER)])], control);
    expect(await each()).toEqual({ all: 95, once: 95, lower: 95 });
    expect(await row()).toEqual({ rows: 95, seen: 95, batches: 10, pass: 1, settles: true, finished: true, cursor: ['285'] });
    expect(await database.query('select count(distinct xmin::text)::int as transactions from users')).toEqual([
      { transactions: 10 },
    ]);
    expect(await database.query('select version from pawl.applied_migrations')).toEqual([{ version: '1' }]);
    expect(await database.query('select from pawl.intents')).toEqual([]);
    expect(control.reports.map(({ backfill }) => backfill?.rows).filter((rows) => rows !== undefined)).toContain(50);
  });

  it('takes a table without rows as done', async () => {
    await users(0);
    await deployAll(target(), [stageOf([backfillFile('1', LOWER)])]);
    expect(await row()).toMatchObject({ rows: 0, batches: 0, finished: true });
  });

  it('stops at the end of its time, and goes on at the ledger’s cursor with the next request', async () => {
    await users(95);
    const stage = stageOf([backfillFile('1', LOWER), backfillFile('2', 'create table later ()')]);
    const { owner, position } = await begin(target(), [stage]);
    const request = { target: target(), owner, stage, after: position, limit: Infinity, milliseconds: 60_000 };
    const control = recorder();
    const slow = { ...request, target: target(10, { pace: 1_000 }), backfillMilliseconds: 1 };
    const first = await applyPending(slow, control);
    expect(first).toMatchObject({ applied: [], remaining: 2, backfill: { version: '1' } });
    const second = await applyPending({ ...request, backfillMilliseconds: 60_000 }, control);
    expect(second.remaining).toBe(0);
    expect(second.backfill).toBeUndefined();
    expect(await each()).toEqual({ all: 95, once: 95, lower: 95 });
  });

  it('gives way to a cancel between two batches: what is done stays, and the next deploy does the rest', async () => {
    await users(200);
    const stage = stageOf([backfillFile('1', LOWER)]);
    const stop = new AbortController();
    const cancelling = { ...when(50, () => stop.abort(new Error('enough'))), signal: stop.signal };
    await expect(deployAll(target(), [stage], cancelling)).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('the batches before it stay') as string,
    });
    const { once } = (await each()) as { once: number };
    expect(once).toBeGreaterThanOrEqual(50);
    expect(once).toBeLessThan(200);
    expect((await planTarget(target(), [stage])).findings).toMatchObject([{ code: 'HALF_APPLIED' }]);
    await deployAll(target(), [stage]);
    expect(await each()).toEqual({ all: 200, once: 200, lower: 200 });
    // The batch that was interrupted has left as many rows dead.
    expect(await database.query('select unvacuumed::int from pawl.backfills')).toEqual([{ unvacuumed: 210 }]);
  });

  it('of a deploy that has lost its lease changes nothing', async () => {
    await users(100);
    const stage = stageOf([backfillFile('1', LOWER)]);
    const { owner, position } = await begin(target(), [stage]);
    const zombie = when(30, () => void database.query(`update pawl.lease set epoch = epoch + 1`));
    const slow = target(10, { pace: 0.5, batch: 1 });
    const work = applyPending({ target: slow, owner, stage, after: position, limit: 1, milliseconds: 1_000 }, zombie);
    await expect(work).rejects.toMatchObject({ code: 'LEASE_FENCED' });
    const before = await each();
    const epoch = await withLock(target(), { ...owner, epoch: owner.epoch + 1 }, recorder(), (session) =>
      fence(session, target(), { ...owner, epoch: owner.epoch + 1 }),
    );
    expect(await each()).toEqual(before);
    await applyPending(
      { target: target(), owner: { ...owner, epoch }, stage, after: position, limit: 1, milliseconds: 1_000 },
      recorder(),
    );
    expect(await each()).toEqual({ all: 100, once: 100, lower: 100 });
  });
});

describe('a batch that fails', () => {
  it('for good is narrowed to its row: those before it are done, and the range is named', async () => {
    await users(100);
    await database.query(`alter table users add check (lower <> 'user55')`);
    const stage = stageOf([backfillFile('1', LOWER)]);
    await expect(deployAll(target(), [stage])).rejects.toMatchObject({
      code: 'SQL_FAILED',
      verdict: 'blocked',
      sqlstate: '23514',
      version: '1',
      place: { line: 2, column: 1 },
      message: expect.stringMatching(
        /in the rows of public\.users with id after 162 up to 165; 54 rows are done and stay/,
      ) as string,
    });
    expect(await each()).toEqual({ all: 100, once: 54, lower: 54 });
    const corrected = backfillFile('1', LOWER.replace('where', `where email <> 'User55' and`));
    await deployAll(target(), [stageOf([corrected])]);
    expect(await each()).toEqual({ all: 100, once: 99, lower: 99 });
  });

  it('shows no key that may be a person’s', async () => {
    await database.query(
      `create table people (email text primary key, a int); insert into people select 'p' || i, i from generate_series(0, 9) i`,
    );
    await database.query('alter table people add b int check (b < 5)');
    const stage = stageOf([backfillFile('1', '-- pawl:backfill people by email\nupdate people set b = 9')]);
    await expect(deployAll(target(), [stage])).rejects.toMatchObject({
      message: expect.not.stringContaining('p0') as string,
    });
  });

  it('by one row that takes longer than a batch may says so', async () => {
    await users(3);
    const stage = stageOf([backfillFile('1', LOWER.replace('lower(email)', `(select 'x' from pg_sleep(id))`))]);
    await expect(deployAll({ ...target(), statementTimeout: 200 }, [stage])).rejects.toMatchObject({
      verdict: 'blocked',
      message: expect.stringContaining('in the rows of public.users with id up to 3;') as string,
      next: expect.stringMatching(/^One row takes longer than a batch may, which is 0\.2 s: /) as string,
    });
  });

  it('by taking too long is halved', async () => {
    await users(40);
    await database.query(`create function slow(text) returns text immutable language sql as $$ select $1 from pg_sleep(0.05) $$`);
    const stage = stageOf([backfillFile('1', LOWER.replace('lower(email)', 'slow(email)'))]);
    await deployAll({ ...target(40), statementTimeout: 1_000 }, [stage]);
    expect(await each()).toEqual({ all: 40, once: 40, lower: 40 });
    expect(await row()).toMatchObject({ finished: true });
  });
});

describe('rows that are added meanwhile', () => {
  it('are done where the condition tells that they are not', async () => {
    await users(50);
    const adding = when(20, () => void database.query(`insert into users values (1, 'Early'), (1000, 'Late')`));
    await deployAll(target(10, { pace: 3, batch: 50 }), [stageOf([backfillFile('1', LOWER)])], adding);
    expect(await each()).toEqual({ all: 52, once: 52, lower: 52 });
    expect(await row()).toMatchObject({ rows: 52, pass: 2 });
  });

  it('that never stop matching block it in the end', async () => {
    await users(20);
    await database.query(`create function undo() returns trigger language plpgsql as $$ begin insert into users select max(id) + 1, 'x' from users; return new; end $$;
      create trigger undo after update on users for each row execute function undo()`);
    await expect(deployAll(target(), [stageOf([backfillFile('1', LOWER)])])).rejects.toMatchObject({
      code: 'BACKFILL_UNFINISHED',
      verdict: 'blocked',
    });
  });
});

describe('pawl:verify', () => {
  const verified = (query: string) => stageOf([backfillFile('1', LOWER.replace('\n', `\n-- pawl:verify ${query}\n`))]);
  const NONE_LEFT = "select not exists (select from users where lower = '')";

  it('that answers true ends the backfill', async () => {
    await users(20);
    await deployAll(target(), [verified('select count(*) = 20, true from users where n = 1')]);
    expect(await row()).toMatchObject({ finished: true });
  });

  it('that does not blocks it, until the rows are corrected: no batch runs again', async () => {
    await users(20);
    await database.query(`update users set email = '' where id = 30`);
    await expect(deployAll(target(), [verified(NONE_LEFT)])).rejects.toMatchObject({
      code: 'BACKFILL_UNFINISHED',
      verdict: 'blocked',
      message: expect.stringContaining('its pawl:verify does not answer true') as string,
    });
    expect(await database.query('select from pawl.applied_migrations')).toEqual([]);
    await database.query(`update users set lower = 'corrected' where id = 30`);
    await deployAll(target(), [verified(NONE_LEFT)]);
    expect(await each()).toEqual({ all: 20, once: 20, lower: 20 });
    expect(await row()).toMatchObject({ batches: 2, finished: true });
  });

  it.each([
    ['select 1/(n - 1) = 1 from users', 'fails with SQLSTATE 22012'],
    ['select true from users where false', 'does not answer true'],
    ['select null', 'does not answer true'],
    ["select nextval('taken') > 0", 'fails with SQLSTATE 25006'],
  ])('%s', async (query, expected) => {
    await users(3);
    await database.query('create sequence taken');
    await expect(deployAll(target(), [verified(query)])).rejects.toMatchObject({
      message: expect.stringContaining(expected) as string,
    });
    expect(await row()).toMatchObject({ rows: 3, finished: false });
  });
});

describe('keys', () => {
  it.each([
    ['two columns', 'a int, b text, primary key (a, b)', 'a, b', `select i % 7, 'b' || i from generate_series(1, 60) i`],
    ['uuid', 'a uuid primary key, b text', 'a', 'select gen_random_uuid(), i::text from generate_series(1, 60) i'],
    [
      'text of a language',
      'a text collate "und-x-icu" primary key, b text',
      'a',
      `select chr(96 + i % 26) || i, '' from generate_series(1, 60) i`,
    ],
    ['varchar', 'a varchar(20) primary key, b text', 'a', `select 'k''' || i, '' from generate_series(1, 60) i`],
    [
      'time',
      'a timestamptz primary key, b text',
      'a',
      `select now() + i * interval '1.000001 s', '' from generate_series(1, 60) i`,
    ],
    ['float', 'a float8 primary key, b text', 'a', `select i / 7.0, '' from generate_series(1, 60) i`],
    ['numeric', 'a numeric primary key, b text', 'a', `select i / 7.0, '' from generate_series(1, 60) i`],
    ['partitioned', 'a int, b text, primary key (a)) partition by hash (a', 'a', `select i, '' from generate_series(1, 60) i`],
  ])('%s', async (_, columns, key, rows) => {
    await database.query(`create table t (${columns}); alter table t add n int default 0`);
    if (columns.includes('partition'))
      await database.query(
        `create table p0 partition of t for values with (modulus 2, remainder 0); create table p1 partition of t for values with (modulus 2, remainder 1)`,
      );
    await database.query(`insert into t (a, b) ${rows}`);
    await deployAll(target(7), [stageOf([backfillFile('1', `-- pawl:backfill t by ${key}\nupdate t set n = n + 1`)])]);
    expect(await database.query('select n, count(*)::int from t group by n')).toEqual([{ n: 1, count: 60 }]);
    expect(await row()).toMatchObject({ batches: 9 });
  });
});

describe('refused by the catalog', () => {
  it.each([
    ['a key that is not unique', 'update users set lower = null', 'n', 'no unique index on .n.'],
    ['no such column', 'update users set n = 1', 'nothing', 'has no column nothing'],
    ['a nullable key', 'update users set n = 1', 'email', 'may be NULL'],
    ['a view', 'update seen set n = 1', 'id', 'is no table'],
    ['no table', 'update missing set n = 1', 'id', 'there is no table'],
    ['a type that is not PostgreSQL’s', 'update odd set n = 1', 'id', 'not PostgreSQL'],
    ['a statement trigger', 'update told set n = 1', 'id', 'statement trigger'],
    ['a rule', 'update ruled set n = 1', 'id', 'the rule'],
    ['a view of the table', 'update users set n = (select count(*) from seen)', 'id', 'reads .users'],
    ['a partition of the table', 'update parts set n = (select count(*) from part_1)', 'id', 'reads .parts'],
    ['a function that may read it', 'update users set n = total()', 'id', 'the function total'],
    ['an aggregate', 'insert into copies select sum(n) from users', 'id', 'sum'],
    ['tables that inherit', 'update parent set n = 1', 'id', 'inherit'],
  ])('%s', async (_, sql, key, why) => {
    await users(3);
    await database.query(`create unique index on users (email); create view seen as select * from users;
      create type pair as (a int, b int); create table odd (id pair primary key, n int);
      create table told (id int primary key, n int); create function tell() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger tell after update on told for each statement execute function tell();
      create table ruled (id int primary key, n int); create rule r as on update to ruled do instead nothing;
      create function total() returns bigint stable language sql as 'select count(*) from users';
      create table copies (n bigint); create table parts (id int primary key, n int) partition by list (id); create table part_1 partition of parts for values in (1);
      create table parent (id int primary key, n int); create table child () inherits (parent)`);
    const table = /(?:update|from) (\w+)/.exec(sql)![1];
    const stage = stageOf([backfillFile('1', `-- pawl:backfill ${table} by ${key}\n${sql}`)]);
    await expect(deployAll(target(), [stage])).rejects.toMatchObject({
      code: 'BACKFILL_UNFIT',
      verdict: 'blocked',
      message: expect.stringMatching(new RegExp(why)) as string,
    });
  });
});

it('names the indexes that it has left larger, and what makes them small again', async () => {
  await users(60_000);
  await database.query('create index plain on users (n)');
  await deployAll(target(10_000, { vacuumEvery: 0 }), [stageOf([backfillFile('1', LOWER)])]);
  const [{ grown }] = (await backfillStatus(target())) as [ShownBackfill];
  expect(grown?.map(({ name }) => name)).toEqual(['public.users_pkey']);
  expect(grown![0]!.after).toBeGreaterThan(1.3 * grown![0]!.before);
  expect(backfillsView('orders', await backfillStatus(target()))).toMatch(
    /^ {4}index public\.users_pkey grew from 1\.\d MiB to 2\.\d MiB: REINDEX INDEX CONCURRENTLY public\.users_pkey; writes it anew$/m,
  );
  expect(
    await database.query(`select kind, detail->'rows' as rows from pawl.events where kind like 'backfill.%' order by id`),
  ).toEqual([
    { kind: 'backfill.began', rows: null },
    { kind: 'backfill.done', rows: 60_000 },
  ]);
});

it('vacuums the table between batches, so that the rows that it leaves dead do not make it grow', async () => {
  await users(1_000);
  await deployAll(target(100, { vacuumEvery: 300 }), [stageOf([backfillFile('1', LOWER)])]);
  expect(await database.query('select vacuums, unvacuumed::int from pawl.backfills')).toEqual([{ vacuums: 3, unvacuumed: 100 }]);
  expect(await each()).toEqual({ all: 1_000, once: 1_000, lower: 1_000 });
});
