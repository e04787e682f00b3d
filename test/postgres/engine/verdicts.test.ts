import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPending } from '../../../src/engine/acts/apply.js';
import type { EngineError } from '../../../src/engine/error.js';
import { readDirectives } from '../../../src/engine/files/directives.js';
import type { Migration } from '../../../src/engine/files/migration.js';
import type { Owner } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';
import { discover } from '../../support/migration-directory.js';
import { runsStatement } from '../../support/runs-statement.js';
import { waitFor } from '../../support/wait.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const fileOf = (sql: string): Migration => migration('1', sql, { directives: readDirectives(sql, 'm/1.sql').directives });
const failure = (sql: string, more = {}): Promise<EngineError> =>
  deployAll(targetOf(database, more), [stageOf([fileOf(sql)])]).then(
    () => expect.unreachable('it was applied'),
    (error: unknown) => error as EngineError,
  );

describe('what a file does to itself does not pass by itself', () => {
  it.each([
    ['raises a lost connection', `do $$ begin raise exception using errcode = '08006'; end $$;`, '08006'],
    [
      'makes a subscription to a server that does not answer',
      `create subscription s connection 'host=127.0.0.1 port=1 dbname=x' publication p with (create_slot = false, slot_name = 's');`,
      '08006',
    ],
    [
      'connects to one outside of a transaction',
      `create extension dblink;\n-- pawl:autocommit reads only\nselect dblink_connect('host=127.0.0.1 port=1');`,
      '08001',
    ],
    [
      'raises the SQLSTATE of our fence',
      `do $$ begin raise exception using errcode = 'PW001', message = 'mine'; end $$;`,
      'PW001',
    ],
    ['raises a shutdown', `do $$ begin raise exception using errcode = '57P01'; end $$;`, '57P01'],
    ['makes its transaction read only', 'set transaction read only; create table a ();', '25006'],
    ['has no data for a COPY', 'create table a (); copy a from stdin;', undefined],
  ])('a file that %s blocks', async (_what, sql, sqlstate) => {
    expect(await failure(sql)).toMatchObject({ verdict: expect.stringMatching(/blocked|refused/) as string, sqlstate });
  });

  it.each([
    ['raises a serialization failure', `do $$ begin raise exception using errcode = '40001'; end $$;`],
    ['ends its own session', 'select pg_terminate_backend(pg_backend_pid());'],
  ])('a file that %s is retried, and blocks when it has failed so five times', async (_what, sql) => {
    const { owner, position } = await begin(targetOf(database), [stageOf([migration('1', sql)])]);
    const verdicts = [];
    for (let n = 0; n < 6; n++) verdicts.push((await attempt(sql, owner, position)).verdict);
    expect(verdicts).toEqual(['retry', 'retry', 'retry', 'retry', 'blocked', 'retry']);
  });
});

describe('a statement that is cut short', () => {
  const sql = 'select pg_sleep(60);';

  it('by a person blocks, and says who may have done it', async () => {
    const failed = failure(sql);
    await waitFor(() => runsStatement(database, '%pg_sleep(60)%'), { what: 'the statement' });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `select pg_cancel_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`,
    );
    await client.end();
    expect(await failed).toMatchObject({
      verdict: 'blocked',
      sqlstate: '57014',
      next: expect.stringMatching(/^Somebody cancelled it with pg_cancel_backend/) as string,
    });
  });

  it.each(['C', 'de_DE.UTF-8'])('by statementTimeout says so by the clock, whatever the server speaks (%s)', async (language) => {
    await database.query(`alter database ${database.name} set lc_messages = 'C'`);
    await database.query(`alter database ${database.name} set lc_messages = '${language}'`).catch(() => undefined);
    expect(await failure(sql, { statementTimeout: 300 })).toMatchObject({
      verdict: 'blocked',
      next: expect.stringMatching(/statementTimeout of the target \(0\.3 s\)/) as string,
    });
  });
});

describe('a time-out that the file sets itself', () => {
  it('transaction_timeout, which ends the session, blocks and is named, with its line', async () => {
    const [{ version }] = (await database.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )) as [{ version: number }];
    // Older servers do not know the setting.
    const expected =
      version < 170_000
        ? { sqlstate: '42704' }
        : { sqlstate: '25P04', next: expect.stringMatching(/^The file itself sets transaction_timeout/) as string };
    expect(await failure(`create table a ();\nset local transaction_timeout = '200ms';\nselect pg_sleep(60);`)).toMatchObject({
      verdict: 'blocked',
      place: { file: 'm/1.sql' },
      ...expected,
    });
    expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }]);
  });
});

describe('a placeholder that has no value where the file runs', () => {
  it.each([
    ['a literal', "insert into cfg values ('${REGION}');", 2],
    ["psql's way", 'insert into :REGION.cfg values (1);', 2],
    ['behind what commits by itself', "create index concurrently on cfg (region); insert into cfg values ('${REGION}');", 2],
  ])('is refused before anything of the file is run, with its line: %s', async (_what, sql, line) => {
    const { migrations } = await discover(
      { '1_a.sql': `create table cfg (region text);\n${sql}`, '2_b.sql': "select '${OTHER}';" },
      { placeholders: { REGION: undefined } },
    );
    await expect(deployAll(targetOf(database), [stageOf(migrations)])).rejects.toMatchObject({
      code: 'FILES_PLACEHOLDER',
      verdict: 'refused',
      place: { file: 'm/1_a.sql', line },
    });
    expect(await database.query(`select to_regclass('cfg') as c`)).toEqual([{ c: null }]);
    // What the configuration does not name is text like any other.
    await deployAll(targetOf(database), [stageOf(migrations.slice(1))]);
  });
});

describe('a row of ours that is not written', () => {
  beforeEach(() => deployAll(targetOf(database), [stageOf([migration('0', 'create table effects (n int);')])]));

  it.each([
    ['a rule', 'create rule swallow as on insert to pawl.applied_migrations do instead nothing'],
    [
      'a trigger',
      `create function swallow() returns trigger language plpgsql as 'begin return null; end';
       create trigger swallow before insert on pawl.applied_migrations for each row execute function swallow()`,
    ],
  ])('is found before COMMIT: swallowed by %s that the file itself has made', async (_what, swallow) => {
    const files = [
      migration('0', 'create table effects (n int);'),
      migration('1', `${swallow}; insert into effects values (1);`),
      migration('2', 'insert into effects values (2);'),
    ];
    await expect(deployAll(targetOf(database), [stageOf(files)])).rejects.toMatchObject({
      code: 'LEDGER_DAMAGED',
      verdict: 'blocked',
      place: undefined,
    });
    expect(await database.query('select n from effects')).toEqual([]);
  });
});

describe('errors of the objects of the user', () => {
  it('are not said to be of the ledger: an index of the same name, and a column that is not there', async () => {
    await database.query('create table city (name text); create index city_name on city (name);');
    const error = await failure('create index concurrently if not exists city_name on city (nome);');
    expect(error).toMatchObject({ code: 'SQL_FAILED', verdict: 'blocked', place: { file: 'm/1.sql', line: 1 } });
  });

  it('a concurrent index needs no right to create temporary tables', async () => {
    const role = `plain_${database.name}`;
    await database.query(`create role ${role} login password 'x'; grant create on database ${database.name} to ${role};
      revoke temp on database ${database.name} from public; create schema own authorization ${role}`);
    const url = new URL(database.url);
    url.username = role;
    url.password = 'x';
    await deployAll(targetOf({ url: url.href }), [
      stageOf([
        migration('1', 'create table own.city (name text);'),
        migration('2', 'create index concurrently city_name on own.city (name);'),
      ]),
    ]);
    expect(await database.query(`select indisvalid from pg_index where indexrelid = 'own.city_name'::regclass`)).toEqual([
      { indisvalid: true },
    ]);
    await database.query(`drop owned by ${role} cascade; drop role ${role}`);
  });
});

it('advice about a statement that refuses a transaction names what helps', async () => {
  const error = await failure(`alter database ${database.name} set tablespace pg_default;`);
  expect(error.next).toMatch(/pawl:autocommit/);
  expect((await failure(`do $$ begin execute 'vacuum'; end $$;`)).next).toMatch(/statement of its own/);
  await database.query('create table parts (id int) partition by range (id); create index parts_id on parts (id)');
  for (const sql of ['reindex table parts;', 'cluster parts using parts_id;']) {
    expect((await failure(sql)).next).toMatch(/pawl:autocommit/);
    const directives = [{ name: 'autocommit', argument: 'it may run twice', line: 1 }];
    const marked = migration('1', `-- pawl:autocommit it may run twice\n${sql}`, { directives });
    await deployAll(targetOf(database), [stageOf([marked])]);
    await database.query('drop schema pawl cascade');
  }
});

it.each([
  `set standard_conforming_strings = off;`,
  `set client_encoding = 'LATIN1';`,
  `set names 'latin1';`,
  `select set_config('backslash_quote', 'on', false);`,
])('a file may not change how it is read: %s', async (sql) => {
  expect(await failure(`create index concurrently on pg_temp.x (y); ${sql}`)).toMatchObject({ code: 'SQL_SESSION_BREAKING' });
});

it('what pg_dump sets is what is inspected for', async () => {
  await deployAll(targetOf(database), [
    stageOf([
      migration(
        '1',
        `SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SELECT pg_catalog.set_config('search_path', '', false);`,
      ),
    ]),
  ]);
});

it('defaults that a migration sets for the database hold for the next one, in the same deploy too', async () => {
  await deployAll(targetOf(database), [
    stageOf([
      migration('1', `create schema app; alter database ${database.name} set search_path = app, public;`),
      migration('2', 'create table orders (id int);'),
    ]),
  ]);
  expect(await database.query(`select to_regclass('app.orders') is not null as there`)).toEqual([{ there: true }]);
});

async function attempt(sql: string, owner: Owner, after: number): Promise<EngineError> {
  const stage = stageOf([migration('1', sql)]);
  return applyPending({ target: targetOf(database), owner, stage, after, limit: 1, milliseconds: 1000 }, recorder()).then(
    () => expect.unreachable('it was applied'),
    (error: unknown) => error as EngineError,
  );
}

describe('what PostgreSQL adds to an error', () => {
  it('is told where it names objects: the views that depend on a table, the column that was meant', async () => {
    await database.query('create table a (total int); create view seen as select total from a');
    const dependent = await failure('drop table a;');
    expect(dependent.message).toMatch(/\(SQLSTATE 2BP01\)\. DETAIL: view seen depends on table a$/);
    const typed = await failure('alter table a alter column total type bigint;');
    expect(typed.message).toMatch(/\(SQLSTATE 0A000\)\. DETAIL: rule _RETURN on view seen depends on column "total"$/);
    expect((await failure('select totl from a;')).message).toMatch(
      /\. HINT: Perhaps you meant to reference the column "a\.total"$/,
    );
  });

  it.each([
    ['a row in the DETAIL of a constraint', 'insert into a values (4711), (4711);'],
    [
      'what RAISE says, whatever SQLSTATE it takes',
      `do $$ begin raise exception 'x' using errcode = '2BP01', detail = 'row 4711', hint = 'see 4711'; end $$;`,
    ],
    ['a row that RAISE puts into a message', `do $$ begin raise '%', (select 4711); end $$;`],
  ])('is kept for one’s own terminal where it holds %s', async (_what, sql) => {
    await database.query('create table a (total int unique)');
    const error = await failure(sql);
    expect(error.message).not.toContain('4711');
    expect(error.whole).toContain('4711');
    expect((await failure(sql, { showValues: true })).message).toContain('4711');
  });
});
