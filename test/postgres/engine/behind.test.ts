import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endTransaction, sendTransaction, type TransactionPart } from '../../../src/engine/apply/transaction.js';
import { inspectMigration } from '../../../src/engine/files/inspect.js';
import { withLock } from '../../../src/engine/lease/with-lock.js';
import { withClient } from '../../../src/engine/postgres/with-client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';
import { waitFor } from '../../support/wait.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function versions(): Promise<string[]> {
  const rows = await database.query<{ version: string }>('select version from pawl.applied_migrations order by position');
  return rows.map(({ version }) => version);
}

async function tables(): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by oid`,
  );
  return rows.map(({ name }) => name);
}

const migrations = (...texts: string[]): ReturnType<typeof migration>[] => texts.map((sql, n) => migration(String(n + 1), sql));

describe('a migration that is sent while the one before it runs', () => {
  it.each([
    ['in its midst', 'create table two (); select 1 / 0;', 'division by zero'],
    [
      'at what was deferred',
      'create table two (id int primary key, other int references two deferrable initially deferred); insert into two values (1, 7);',
      'violates foreign key',
    ],
    ['at our row', 'create table two (); update pawl.lease set epoch = epoch + 1;', 'fenced'],
  ])('does not run where that one fails %s', async (_where, failing, message) => {
    const files = migrations('create table one ();', failing, 'create table three ();', 'create table four ();');
    await expect(deployAll(targetOf(database), [stageOf(files)])).rejects.toThrow(message);
    expect(await versions()).toEqual(['1']);
    expect(await tables()).toEqual(['one']);
    files[1] = migration('2', 'create table two ();');
    await deployAll(targetOf(database), [stageOf(files)]);
    expect(await tables()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('does not run where that one could not even be read', async () => {
    const name = `${database.name}_latin1`;
    await database.query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    const url = new URL(database.url);
    url.pathname = name;
    // The server turns the whole message into its own encoding before it looks for a BEGIN.
    const files = migrations('create table one ();', `comment on table one is '€';`, 'create table three ();');
    try {
      await expect(deployAll(targetOf({ url: url.href }), [stageOf(files)])).rejects.toThrow(
        /no equivalent in encoding "LATIN1"/,
      );
      await withClient(url.href, 'test', async (client) => {
        const { rows } = await client.query('select version from pawl.applied_migrations');
        expect(rows).toEqual([{ version: '1' }]);
      });
    } finally {
      await database.query(`drop database ${name} with (force)`);
    }
  });

  it('COPY FROM STDIN without its data is refused before anything runs', async () => {
    const files = migrations('create table one (a int);', 'select pg_sleep(0.5); copy one from stdin;', 'create table three ();');
    await expect(deployAll(targetOf(database), [stageOf(files)])).rejects.toThrow('COPY FROM stdin has no data in the file');
    expect(await tables()).toEqual([]);
    files[1] = migration('2', 'copy one to stdout;');
    await deployAll(targetOf(database), [stageOf(files)]);
    expect(await tables()).toEqual(['one', 'three']);
  });

  it('is cancelled in the server like any other', async () => {
    const cancel = new AbortController();
    const control = recorder(cancel.signal);
    const files = migrations('create table one ();', 'create table two (); select pg_sleep(600);', 'create table three ();');
    const deploying = deployAll(targetOf(database), [stageOf(files)], {
      ...control,
      report(progress) {
        control.report(progress);
        // It has been on its way since the first one began.
        if (progress.version === '2') cancel.abort();
      },
    });
    await expect(deploying).rejects.toMatchObject({ code: 'CANCELLED', version: '2' });
    expect(await versions()).toEqual(['1']);
    expect(await tables()).toEqual(['one']);
  });

  it.each([
    ['set transaction isolation level repeatable read;', 'repeatable read'],
    ['-- one snapshot\n/* for all */ SET  TRANSACTION isolation level serializable;', 'serializable'],
    [
      'set session characteristics as transaction read write; set transaction isolation level repeatable read;',
      'repeatable read',
    ],
    [`set local transaction_isolation = 'repeatable read';`, 'repeatable read'],
  ])('may set up its transaction: %s', async (first, level) => {
    const look = (n: number): string => `create table t_${n} as select current_setting('transaction_isolation') as level;`;
    await deployAll(targetOf(database), [stageOf(migrations(look(1), `${first} ${look(2)}`, look(3)))]);
    expect(await database.query('select * from t_1, t_2 as a (second), t_3 as b (third)')).toEqual([
      { level: 'read committed', second: level, third: 'read committed' },
    ]);
  });

  it('runs on its own where the one before could not say that it ended well', async () => {
    const target = targetOf(database);
    const { owner } = await begin(target, []);
    await withLock(target, owner, recorder(), async (session) => {
      const part = (version: string, reset: boolean): TransactionPart => {
        const file = migration(version, `create table t_${version} ();`);
        const statements = inspectMigration(file);
        return {
          migration: file,
          statements,
          start: 0,
          end: file.sql.length,
          rows: [],
          fresh: true,
          reset,
          showValues: false,
          application: 'x',
        };
      };
      const first = sendTransaction(session, part('1', false));
      const second = sendTransaction(session, part('2', true), first);
      await endTransaction(session, first);
      const third = sendTransaction(session, part('3', true), second);
      for (const sent of [second, third]) await endTransaction(session, sent);
    });
    expect(await tables()).toEqual(['t_1', 't_2', 't_3']);
  });

  it.each([
    ['the next one ends well', 'create table two ();', ['one', 'two', 'three']],
    ['the next one fails', 'select 1 / 0;', ['one']],
  ])('leaves the audit of a wait to a moment when the session is free, though %s', async (_how, second, left) => {
    await database.query('create table one ()');
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table one');
    const control = recorder();
    const files = migrations('alter table one add a int;', second, 'create table three ();');
    const deploying = deployAll(targetOf(database, { lockTimeout: 30_000 }), [stageOf(files)], control);
    const ended = deploying.then(
      () => 'well',
      (error: Error) => error.message,
    );
    await waitFor(() => control.reports.some(({ waitsFor }) => waitsFor?.length), { what: 'the wait to be seen' });
    await blocker.query('commit');
    await blocker.end();
    expect(await ended).toMatch(left.length === 1 ? /division by zero/ : /^well$/);
    expect(await tables()).toEqual(left);
    expect(await database.query(`select version from pawl.events where kind = 'migration.waited'`)).toEqual([{ version: '1' }]);
  });
});
