import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const stage = stageOf([1, 2, 3, 4].map((n) => migration(String(n), `create table t${n} ();`)));
const adopting = (more = {}) => targetOf(database, { adopt: { from: 'golang-migrate', ...more } });
const tracker = (schema: string, version: number, dirty: boolean): string =>
  `create schema if not exists ${schema}; create table ${schema}.schema_migrations (version bigint not null primary key, dirty boolean not null); insert into ${schema}.schema_migrations values (${version}, ${dirty});`;

describe('adopting golang-migrate', () => {
  it('takes every file up to the counter as applied, once, and applies the rest', async () => {
    await database.query(`create table t1 (); create table t2 (); ${tracker('public', 2, false)}`);
    await deployAll(adopting(), [stage]);
    expect(
      await database.query('select version, source, checksum is null as unknown from pawl.applied_migrations order by position'),
    ).toEqual([
      { version: '1', source: 'adopted', unknown: true },
      { version: '2', source: 'adopted', unknown: true },
      { version: '3', source: 'applied', unknown: false },
      { version: '4', source: 'applied', unknown: false },
    ]);
    await database.query('update public.schema_migrations set version = 1');
    expect((await begin(adopting(), [stage])).adopted).toBe(0);
  });

  it('refuses a dirty tracker and leaves no trace', async () => {
    await database.query(tracker('public', 2, true));
    await expect(begin(adopting(), [stage])).rejects.toMatchObject({
      code: 'LEGACY_DIRTY',
      verdict: 'refused',
      message: expect.stringMatching(/dirty at version 2/) as string,
    });
    expect(await database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
  });

  it('wants a choice between two trackers', async () => {
    await database.query(`create table t1 (); ${tracker('public', 1, false)} ${tracker('app', 3, true)}`);
    await expect(begin(adopting(), [stage])).rejects.toMatchObject({
      code: 'LEGACY_AMBIGUOUS',
      message: expect.stringMatching(/app\.schema_migrations.*public\.schema_migrations/) as string,
    });
    expect((await begin(adopting({ schema: 'public' }), [stage])).adopted).toBe(1);
  });

  it('takes a database without a tracker as new', async () => {
    await deployAll(adopting(), [stage]);
    expect(await database.query('select distinct source from pawl.applied_migrations')).toEqual([{ source: 'applied' }]);
  });

  it('waits while the tool itself is at work', async () => {
    await database.query(`create table t1 (); ${tracker('public', 1, false)}`);
    const migrate = new pg.Client({ connectionString: database.url });
    await migrate.connect();
    // The key that golang-migrate 4 computes: (crc32(schema \0 table \0 database) * 1486364155) mod 2^32.
    const { crc32 } = await import('node:zlib');
    const key = (BigInt(crc32(['public', 'schema_migrations', database.name].join('\0'))) * 1486364155n) % 2n ** 32n;
    await migrate.query('select pg_advisory_lock($1::bigint)', [key.toString()]);
    await expect(begin(adopting(), [stage])).rejects.toMatchObject({ code: 'LOCK_BUSY', verdict: 'retry' });
    await migrate.end();
    expect((await begin(adopting(), [stage])).adopted).toBe(1);
  });
});

describe('a counter that skipped a file', () => {
  // golang-migrate ran 101, 102, 104, 105 and 106; 103 was merged late, and it counts it as applied.
  const files = stageOf([101, 102, 103, 104, 105, 106].map((n) => migration(String(n), `create table t${n} ();`)));
  const incident = async (): Promise<void> => {
    await database.query(
      `create table t101 (); create table t102 (); create table t104 (); create table t105 (); create table t106 ();`,
    );
    await database.query(tracker('public', 106, false));
  };

  it('is a suspect; as pending it is applied', async () => {
    await incident();
    await expect(begin(adopting(), [files])).rejects.toMatchObject({
      code: 'LEGACY_SUSPECT',
      verdict: 'refused',
      message: expect.stringMatching(/103\.sql .*probably skipped.*relation t103/) as string,
      next: expect.stringMatching(/--assume 103.*--pending 103/) as string,
    });
    expect(await database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
    await deployAll(adopting({ pending: ['000103'] }), [files]);
    expect(await database.query(`select version, source, late from pawl.applied_migrations where version = '103'`)).toEqual([
      { version: '103', source: 'applied', late: true },
    ]);
    expect(await database.query(`select to_regclass('t103') is not null as there`)).toEqual([{ there: true }]);
  });

  it('is adopted where a person assumes it', async () => {
    await incident();
    expect((await begin(adopting({ assume: ['103'] }), [files])).adopted).toBe(6);
  });

  it('wants a version that is settled to be one of a file', async () => {
    await incident();
    await expect(begin(adopting({ pending: ['1003'] }), [files])).rejects.toMatchObject({ code: 'LEGACY_UNKNOWN_VERSION' });
  });

  it('adopts a file under its new name where a person confirms it', async () => {
    await database.query(
      `create table t1 (); create table knex_migrations (id int, name varchar, batch int, migration_time timestamptz); insert into knex_migrations values (1, '1_old.js')`,
    );
    const knex = (more = {}) => targetOf(database, { adopt: { from: 'knex', ...more } });
    await expect(begin(knex(), [stage])).rejects.toMatchObject({
      code: 'LEDGER_RENAMED',
      next: expect.stringMatching(/pawl adopt --assume 1/) as string,
    });
    expect((await begin(knex({ assume: ['1'] }), [stage])).adopted).toBe(1);
  });

  it('does not suspect what a later file takes away again', async () => {
    await database.query(`create table kept (); ${tracker('public', 3, false)}`);
    const moved = stageOf([
      migration('1', 'create table old (); create index old_idx on old ((1));'),
      migration('2', 'create table before ();'),
      migration('3', 'drop table old; alter table before rename to kept;'),
    ]);
    expect((await begin(adopting(), [moved])).adopted).toBe(3);
  });
});

describe('what a file created and is rightly gone', () => {
  it.each([
    ['a temporary table', `create temp table work as select 1 as a; create index i on work (a);`, 'select 1;', ''],
    ['what the file itself drops', `create table scratch (); drop table scratch;`, 'select 1;', ''],
    [
      'an index and a constraint over a column that is dropped',
      `create index i on base (a); alter table base add constraint c check (a > 0);`,
      'alter table base drop column a;',
      'alter table base drop column a;',
    ],
    [
      'a foreign key to a table that is dropped with CASCADE',
      `alter table base add constraint c foreign key (a) references other (id);`,
      'drop table other cascade;',
      'drop table other;',
    ],
    ['a view over it', `create view v as select * from other;`, 'drop table other cascade;', 'drop table other;'],
    ['a schema', `create table s.inner ();`, 'drop schema s cascade;', ''],
  ])('%s is no suspect', async (_what, created, dropped, done) => {
    await database.query(
      `create table base (a int); create table other (id int primary key); ${done} ${tracker('public', 2, false)}`,
    );
    const files = stageOf([migration('1', created), migration('2', dropped)]);
    expect((await begin(adopting(), [files])).adopted).toBe(2);
  });

  it('a table is one although something else was dropped with CASCADE', async () => {
    await database.query(tracker('public', 2, false));
    const files = stageOf([migration('1', 'create table lost ();'), migration('2', 'drop table other cascade;')]);
    await expect(begin(adopting(), [files])).rejects.toMatchObject({ code: 'LEGACY_SUSPECT' });
  });
});

describe('telling trackers apart', () => {
  const cases = {
    dbmate: `create table schema_migrations (version varchar primary key); insert into schema_migrations values ('1')`,
    rails: `create table ar_internal_metadata (key varchar primary key, value varchar); create table schema_migrations (version varchar primary key); insert into schema_migrations values ('1')`,
    ecto: `create table schema_migrations (version bigint primary key, inserted_at timestamp); insert into schema_migrations values (1, now())`,
    'golang-migrate': tracker('public', 1, false),
    tern: `create table schema_version (version int4 primary key); insert into schema_version values (1)`,
    goose: `create table goose_db_version (id serial, version_id bigint, is_applied boolean, tstamp timestamp default now()); insert into goose_db_version (version_id, is_applied) values (0, true), (1, true), (2, true), (2, false)`,
    atlas: `create table atlas_schema_revisions (version varchar primary key, description varchar, type bigint, applied bigint, total bigint, error text); insert into atlas_schema_revisions values ('1', '', 2, 1, 1, '')`,
    sqitch: `create schema sqitch; create table sqitch.changes (change_id text primary key, script_hash text, change text, project text, committed_at timestamptz default now()); insert into sqitch.changes values ('a', 'b', '1', 'p')`,
    alembic: `create table alembic_version (version_num varchar(32) primary key); insert into alembic_version values ('1')`,
    django: `create table django_migrations (id serial, app varchar(255), name varchar(255), applied timestamptz); insert into django_migrations (app, name) values ('auth', '0009_x'), ('orders', '1')`,
    knex: `create table knex_migrations_lock (index serial, is_locked int); insert into knex_migrations_lock (is_locked) values (0); create table knex_migrations (id serial, name varchar(255), batch int, migration_time timestamptz); insert into knex_migrations (name, batch) values ('1.js', 1)`,
  };

  it.each(Object.entries(cases))('%s: auto finds it and takes over version 1', async (tool, sql) => {
    await database.query(`create table t1 (); ${sql}`);
    await begin(targetOf(database, { adopt: { from: 'auto' } }), [stage]);
    expect(await database.query('select version, note from pawl.applied_migrations')).toEqual([
      { version: '1', note: expect.stringMatching(new RegExp(`^${tool} `)) as string },
    ]);
  });

  it.each([
    ['all three', ['a', 'b', 'a'], 3],
    ['the first of two of the same text', ['a', 'b'], 2],
    ['one that ran twice under one hash', ['a', 'b', 'b'], 2],
  ])('Drizzle: rows of files with the same text are those of as many files: %s', async (_, ran, adopted) => {
    const text = (name: string): string => `create table if not exists t_${name} ();`;
    const hash = (name: string): string => `encode(sha256('${text(name)}'), 'hex')`;
    await database.query(
      `create table t_a (); create table t_b (); create schema drizzle; create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
       insert into drizzle.__drizzle_migrations (hash, created_at) values ${ran.map((name, n) => `(${hash(name)}, ${n})`).join(', ')}`,
    );
    const files = stageOf(['a', 'b', 'a'].map((name, n) => migration(String(n + 1), text(name))));
    expect((await begin(targetOf(database, { adopt: { from: 'drizzle' } }), [files])).adopted).toBe(adopted);
  });

  it('reads any table whose columns are named', async () => {
    await database.query(
      `create table t1 (); create table mine (file text, done boolean); insert into mine values ('1', true), ('2', false)`,
    );
    const adopt = { from: 'table', table: 'mine', columns: { version: 'file', applied: 'done' } };
    expect((await begin(targetOf(database, { adopt }), [stage])).adopted).toBe(1);
  });

  it.each([
    [
      'atlas',
      `create table atlas_schema_revisions (version varchar, type bigint, applied bigint, total bigint, error text); insert into atlas_schema_revisions values ('1', 2, 1, 3, 'x')`,
      /partially applied: 1 of 3/,
    ],
    [
      'liquibase',
      `create table databasechangelog (id varchar, author varchar, filename varchar, exectype varchar, md5sum varchar, orderexecuted int); create table databasechangeloglock (id int, locked boolean); insert into databasechangeloglock values (1, true)`,
      /is locked/,
    ],
    [
      'knex',
      `create table knex_migrations_lock (is_locked int); insert into knex_migrations_lock values (1); create table knex_migrations (id int, name varchar, batch int, migration_time timestamptz)`,
      /is_locked = 1/,
    ],
    [
      'sqlx',
      `create table _sqlx_migrations (version bigint, description text, success boolean, checksum bytea); insert into _sqlx_migrations values (1, 'x', false, '')`,
      /success = false/,
    ],
  ])('%s: what is dirty or locked is refused', async (_tool, sql, message) => {
    await database.query(sql);
    await expect(begin(targetOf(database, { adopt: { from: 'auto' } }), [stage])).rejects.toMatchObject({
      code: 'LEGACY_DIRTY',
      message: expect.stringMatching(message) as string,
    });
  });
});
