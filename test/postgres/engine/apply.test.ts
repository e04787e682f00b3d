import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fence } from '../../../src/engine/lease/lease.js';
import { withLock } from '../../../src/engine/lease/with-lock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf, begin } from '../../support/engine.js';
import { applyPending } from '../../../src/engine/acts/apply.js';
import type { Progress } from '../../../src/engine/control.js';
import type { EngineError } from '../../../src/engine/error.js';
import { readDirectives } from '../../../src/engine/files/directives.js';
import { parseApplicationName, shortDeploy } from '../../../src/engine/lease/application.js';
import { waitFor } from '../../support/wait.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const applied = async (): Promise<string[]> =>
  (await database.query<{ version: string }>('select version from pawl.applied_migrations order by position')).map(
    ({ version }) => version,
  );

async function failureOf(...sql: string[]): Promise<unknown> {
  const stage = stageOf(sql.map((text, n) => migration(String(n + 1), text)));
  return deployAll(targetOf(database), [stage]).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a transactional migration', () => {
  it('commits together with its row, or not at all', async () => {
    expect(
      await failureOf('create table a (id int);', 'create table b (id int);\nselect 1 / 0;', 'create table c ();'),
    ).toMatchObject({
      code: 'SQL_FAILED',
      verdict: 'blocked',
      sqlstate: '22012',
      place: { file: 'm/2.sql', line: 2, column: 1 },
      excerpt: '2 | select 1 / 0;\n  | ^',
    });
    expect(await applied()).toEqual(['1']);
    expect(await database.query(`select to_regclass('a') is not null as a, to_regclass('b') as b`)).toEqual([
      { a: true, b: null },
    ]);
  });

  it('points at the statement where PostgreSQL gives no position, and at the character where it does', async () => {
    expect(
      await failureOf(`create table a (id int unique);\ninsert into a values (1);\n  insert into a values (1);`),
    ).toMatchObject({
      sqlstate: '23505',
      place: { line: 3, column: 3 },
    });
    expect(await failureOf(`select '😀é',\n  missing from pg_class;`)).toMatchObject({
      sqlstate: '42703',
      place: { line: 2, column: 3 },
    });
  });

  it('checks deferred constraints before it counts as applied', async () => {
    const sql = `create table a (id int primary key); create table b (a int references a deferrable initially deferred); insert into b values (1);`;
    expect(await failureOf(sql)).toMatchObject({ sqlstate: '23503', version: '1' });
    expect(await applied()).toEqual([]);
  });

  it('starts with a fresh session, whatever the one before left behind', async () => {
    const messy = `set search_path = pg_catalog; set lock_timeout = 1; create temp table scratch (); prepare p as select 1; listen x; select set_config('pawl.x', '1', false);`;
    const clean = `create table scratch_is_gone as select to_regclass('pg_temp.scratch') is null as temp, current_setting('search_path') as path,
      current_setting('lock_timeout') as lock_timeout, (select count(*) from pg_prepared_statements) as prepared, (select count(*) from pg_listening_channels()) as channels,
      coalesce(current_setting('pawl.x', true), '') as x;`;
    await deployAll(targetOf(database), [stageOf([migration('1', messy), migration('2', clean)])]);
    expect(await database.query('select * from scratch_is_gone')).toEqual([
      { temp: true, path: '"$user", public', lock_timeout: '500ms', prepared: '0', channels: '0', x: '' },
    ]);
  });

  it('may act as another role and switch triggers off; our row does not care', async () => {
    await database.query(`do $$ begin create role acting; exception when duplicate_object then null; end $$`);
    await deployAll(targetOf(database), [
      stageOf([
        migration('1', `set session_replication_role = replica; set role acting; select 1;`),
        migration('2', 'create table a ();'),
      ]),
    ]);
    expect(await applied()).toEqual(['1', '2']);
    expect(await database.query(`select tableowner from pg_tables where tablename = 'a'`)).toEqual([{ tableowner: 'postgres' }]);
  });

  it('names who blocks it when a lock is not to be had', async () => {
    await database.query('create table a (id int)');
    const reader = new pg.Client({ connectionString: database.url, application_name: 'nightly-report' });
    await reader.connect();
    await reader.query('begin; lock table a in access share mode');
    const control = recorder();
    const stage = stageOf([migration('1', 'alter table a add column b int;')]);
    const attempt = deployAll(targetOf(database, { lockTimeout: 1500 }), [stage], control);
    await expect(attempt).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      verdict: 'retry',
      message: expect.stringMatching(/nightly-report/) as string,
    });
    expect(
      control.reports.some((progress) => progress.waitsFor?.some((session) => session.application === 'nightly-report')),
    ).toBe(true);
    await reader.end();
  });

  it('stops a running statement when it is cancelled', async () => {
    const abort = new AbortController();
    const attempt = deployAll(
      targetOf(database),
      [stageOf([migration('1', 'create table a (); select pg_sleep(600);')])],
      recorder(abort.signal),
    );
    const failure = attempt.catch((error: unknown) => error);
    await waitFor(
      async () =>
        (
          await database.query(
            `select from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid() and state = 'active'`,
          )
        ).length > 0,
      {
        what: 'the statement runs',
      },
    );
    abort.abort();
    expect(await failure).toMatchObject({ code: 'CANCELLED', verdict: 'cancelled' });
    expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }]);
  });

  it('cannot commit once its owner has been fenced off', async () => {
    const target = targetOf(database);
    const stage = stageOf([migration('1', 'create table a (); select pg_sleep(1.5);')]);
    const { owner, position } = await begin(target, [stage]);
    const attempt = applyPending({ target, owner, stage, after: position, limit: 1, milliseconds: 1000 }, recorder()).catch(
      (error: unknown) => error,
    );
    await waitFor(
      async () =>
        (
          await database.query(
            `select from pg_stat_activity where query like '%pg_sleep(1.5)%' and pid <> pg_backend_pid() and state = 'active'`,
          )
        ).length > 0,
      {
        what: 'the statement runs',
      },
    );
    await database.query('update pawl.lease set epoch = epoch + 1');
    expect(await attempt).toMatchObject({ code: 'LEASE_FENCED', verdict: 'fenced' });
    expect(await applied()).toEqual([]);
    expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }]);
  });

  it('is refused with an old epoch before it starts', async () => {
    const target = targetOf(database);
    const stage = stageOf([migration('1', 'create table a ();')]);
    const { owner, position } = await begin(target, [stage]);
    await withLock(target, owner, recorder(), (session) => fence(session, target, owner));
    const attempt = applyPending({ target, owner, stage, after: position, limit: 1, milliseconds: 1000 }, recorder());
    await expect(attempt).rejects.toMatchObject({ code: 'LEASE_FENCED' });
  });
});

it('an empty file is refused before anything runs: applied, it could not be filled in any more', async () => {
  expect(await failureOf('create table a ();', '')).toMatchObject({ code: 'FILES_EMPTY', verdict: 'refused' });
  expect(await database.query("select to_regclass('a') as a")).toEqual([{ a: null }]);
});

describe('a migration with statements outside transactions', () => {
  const rows = 'create table t (id int, name text); insert into t select n, n::text from generate_series(1, 100) n;';

  it('goes through each kind, and leaves no journal', async () => {
    await deployAll(targetOf(database), [
      stageOf([
        migration('1', rows),
        migration(
          '2',
          'create index concurrently t_id on t (id); create unique index concurrently if not exists t_name on public.t (lower(name)) where id > 0; create index concurrently on t (id desc);',
        ),
        migration('3', 'reindex index concurrently t_id; reindex (verbose) table concurrently t; vacuum t;'),
        migration('4', 'drop index concurrently t_id; alter table t add column done boolean;'),
        migration('5', `create type mood as enum ('a'); create table m (v mood);`),
        migration('6', `alter type mood add value 'b'; insert into m values ('b');`),
        migration(
          '7',
          'create table p (id int) partition by range (id); create table p1 partition of p for values from (0) to (10);',
        ),
        migration('8', 'alter table p detach partition p1 concurrently;'),
      ]),
    ]);
    expect(await applied()).toHaveLength(8);
    expect(
      await database.query(
        `select relname, indisvalid from pg_index join pg_class on oid = indexrelid where indrelid = 't'::regclass order by 1`,
      ),
    ).toEqual([
      { relname: 't_id_idx', indisvalid: true },
      { relname: 't_name', indisvalid: true },
    ]);
    expect(await database.query('select * from pawl.intents')).toEqual([]);
    expect(await database.query('select count(*)::int as n from pg_inherits where inhparent = $1::regclass', ['p'])).toEqual([
      { n: 0 },
    ]);
  });

  it('runs each statement in a session that names deploy, attempt and version', async () => {
    const named = `insert into names select current_setting('application_name');`;
    const sql = `create table names (name text);\n-- pawl:autocommit inserts a name\n${named}\n${named}`;
    const { owner } = await deployAll(targetOf(database), [
      stageOf([migration('1', sql, { directives: readDirectives(sql, 'm/1.sql').directives }), migration('2', named)]),
    ]);
    const names = await database.query<{ name: string }>('select name from names order by ctid');
    expect(names.map(({ name }) => [parseApplicationName(name)?.deploy, name.split(':').at(-1)])).toEqual(
      ['1', '1', '2'].map((version) => [shortDeploy(owner.deployId), version]),
    );
  });

  it('a cancel between two of them says of none that it failed', async () => {
    const abort = new AbortController();
    const { signal } = abort;
    // The signal is asked once more before a migration begins: the cancel comes when the last statement of the first one is under way already.
    let last = false;
    const isAborted = signal.throwIfAborted.bind(signal);
    signal.throwIfAborted = () => {
      if (last) abort.abort();
      isAborted();
    };
    const report = ({ version, statement }: Progress): unknown => (last ||= version === '1' && statement === 2);
    const target = targetOf(database);
    const stage = stageOf([
      migration('1', 'create table t (id int); create index concurrently on t (id);'),
      migration('2', 'create index concurrently t_2 on t (id);'),
    ]);
    const { owner, position } = await begin(target, [stage]);
    await expect(
      applyPending({ target, owner, stage, after: position, limit: 9, milliseconds: 60_000 }, { signal, report }),
    ).rejects.toThrow();
    expect(await applied()).toHaveLength(1);
    expect(await database.query(`select from pawl.events where kind = 'migration.failed'`)).toEqual([]);
  });

  it('says how long all its statements took together', async () => {
    await deployAll(targetOf(database), [
      stageOf([migration('1', 'create table t (id int); select pg_sleep(0.3); create index concurrently on t (id); analyze t;')]),
    ]);
    const [row] = await database.query<{ duration_ms: number }>('select duration_ms from pawl.applied_migrations');
    expect(row!.duration_ms).toBeGreaterThanOrEqual(300);
  });

  it('goes on at the exact statement', async () => {
    const stage = (third: string) =>
      stageOf([
        migration('1', rows),
        migration('2', `create table once (); create index concurrently t_id on t (id); ${third}; create table last ();`),
      ]);
    await expect(deployAll(targetOf(database), [stage('select 1 / 0')])).rejects.toMatchObject({ sqlstate: '22012' });
    expect(await database.query('select statement, state from pawl.intents order by 1')).toEqual([
      { statement: 0, state: 'done' },
      { statement: 1, state: 'done' },
    ]);
    await deployAll(targetOf(database), [stage('select 1')]);
    expect(await applied()).toEqual(['1', '2']);
  });

  it('refuses a change to statements that have run', async () => {
    const stage = (first: string) =>
      stageOf([migration('1', rows), migration('2', `${first}; create index concurrently t_id on t (id); select 1 / 0;`)]);
    await expect(deployAll(targetOf(database), [stage('create table once ()')])).rejects.toMatchObject({ sqlstate: '22012' });
    await expect(deployAll(targetOf(database), [stage('create table other ()')])).rejects.toMatchObject({
      code: 'LEDGER_EDITED',
    });
  });

  it('drops the INVALID index that duplicate keys leave, and builds it once they are gone', async () => {
    await database.query('create table t (id int); insert into t values (1), (1)');
    const stage = stageOf([migration('1', 'create unique index concurrently if not exists t_id on t (id);')]);
    const heard: unknown[] = [];
    const control = { ...recorder(), hear: (notice: unknown) => heard.push(notice) };
    const failure = await deployAll(targetOf(database), [stage], control).catch((error: unknown) => error as EngineError);
    expect(failure).toMatchObject({ sqlstate: '23505', verdict: 'blocked' });
    const [, query = ''] = /This finds the duplicates: (.*?);/.exec((failure as EngineError).next) ?? [];
    expect(await database.query(query)).toEqual([{ id: 1, rows: '2' }]);
    // The server said nothing to the statement of the file; what it says to looks of ours is no news of the migration.
    expect(heard).toEqual([]);
    expect(await database.query(`select to_regclass('t_id') as i`)).toEqual([{ i: null }]);
    await database.query('delete from t where ctid in (select ctid from t limit 1)');
    await deployAll(targetOf(database), [stage]);
    expect(await database.query(`select indisvalid from pg_index where indexrelid = 't_id'::regclass`)).toEqual([
      { indisvalid: true },
    ]);
  });

  it('IF NOT EXISTS hides neither an INVALID index nor a different one', async () => {
    await database.query(
      `${rows} create index t_id on t (id); update pg_index set indisvalid = false where indexrelid = 't_id'::regclass`,
    );
    await deployAll(targetOf(database), [stageOf([migration('1', 'create index concurrently if not exists t_id on t (id);')])]);
    expect(await database.query(`select indisvalid from pg_index where indexrelid = 't_id'::regclass`)).toEqual([
      { indisvalid: true },
    ]);
    const other = stageOf([
      migration('1', 'create index concurrently if not exists t_id on t (id);'),
      migration('2', 'create index concurrently if not exists t_id on t (name);'),
    ]);
    await expect(deployAll(targetOf(database), [other])).rejects.toMatchObject({ code: 'INDEX_CONFLICT', verdict: 'blocked' });
  });
});
