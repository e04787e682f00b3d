import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../support/attempt.js';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { expectInvariants } from '../support/invariants.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
let blocker: pg.Client | undefined;
afterEach(async () => {
  await blocker?.end();
  blocker = undefined;
  await deploy?.end();
});

const TABLES = `${EFFECTS[1]}
  create table items (id int primary key, kind text);
  insert into items select n, repeat('x', n % 50) from generate_series(1, 5000) n;
  create index items_kind on items (kind);
  create type mood as enum ('good');
  create table parts (id int) partition by range (id);
  create table part_1 partition of parts for values from (0) to (10);
  create index parts_id on parts (id);
  alter table items add constraint positive check (id > 0) not valid;`;

/** Holds a transaction open that what runs CONCURRENTLY must wait for. */
async function block(sql: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: deploy.database.url });
  blocker = client;
  await client.connect();
  await client.query('begin');
  await client.query(sql);
  return async () => {
    blocker = undefined;
    await client.query('rollback');
    await client.end();
  };
}

const WAITING = `select pid from pg_stat_activity where datname = current_database() and application_name ~ '^pawl:' and state = 'active' and wait_event_type = 'Lock'`;

/** The first attempt runs until the statement waits for the blocker. */
async function waiting(
  statement: string,
  blocking: string,
  settings = { lockTimeout: 20_000 },
): Promise<{ first: Attempt; release: () => Promise<void> }> {
  deploy = await createCrashDeploy([[EFFECTS[0], TABLES], ['2', statement], effect(3)], settings);
  await deploy.start({ at: 'after-transaction#1' }).ended();
  const release = await block(blocking);
  const first = deploy.start();
  await waitFor(async () => (await deploy.database.query(WAITING)).length > 0, { what: 'the statement to wait' });
  return { first, release };
}

async function interrupted(statement: string, blocking: string, how: 'SIGKILL' | 'terminate'): Promise<() => Promise<void>> {
  const { first, release } = await waiting(statement, blocking);
  if (how === 'SIGKILL') first.signal('SIGKILL');
  else await deploy.database.query(`select pg_terminate_backend(pid) from (${WAITING}) w`);
  await first.ended();
  return release;
}

const STATEMENTS: [string, string, string, string][] = [
  [
    'DROP INDEX CONCURRENTLY',
    'drop index concurrently items_kind;',
    'insert into items values (99999)',
    `to_regclass('items_kind') is null`,
  ],
  [
    'REINDEX INDEX CONCURRENTLY',
    'reindex index concurrently items_kind;',
    'insert into items values (99999)',
    `(select indisvalid from pg_index where indexrelid = 'items_kind'::regclass)`,
  ],
  [
    'REINDEX TABLE CONCURRENTLY with a TOAST table',
    'reindex table concurrently items;',
    'insert into items values (99999)',
    `(select bool_and(indisvalid) from pg_index where indrelid = 'items'::regclass)`,
  ],
  [
    'REINDEX TABLE CONCURRENTLY of a partitioned table',
    'reindex table concurrently parts;',
    'insert into part_1 values (1)',
    `(select bool_and(indisvalid) from pg_index where indrelid = 'part_1'::regclass)`,
  ],
  [
    'REINDEX SCHEMA CONCURRENTLY',
    'reindex schema concurrently public;',
    'insert into items values (99999)',
    `(select bool_and(indisvalid) from pg_index where indrelid = 'items'::regclass)`,
  ],
  [
    'DETACH PARTITION CONCURRENTLY',
    'alter table parts detach partition part_1 concurrently;',
    'select from parts',
    `not exists (select from pg_inherits where inhparent = 'parts'::regclass)`,
  ],
  [
    'CREATE INDEX CONCURRENTLY',
    'create index concurrently items_both on items (kind, id);',
    'insert into items values (99999)',
    `(select indisvalid from pg_index where indexrelid = 'items_both'::regclass)`,
  ],
  [
    'VALIDATE CONSTRAINT',
    'alter table items validate constraint positive;',
    'lock table items in share update exclusive mode',
    `(select convalidated from pg_constraint where conname = 'positive')`,
  ],
];

describe('a statement that runs outside transactions', () => {
  it.each(STATEMENTS)(
    'W9 kill -9 mid %s: finished by the next attempt, nothing left over',
    async (_name, statement, blocking, holds) => {
      const release = await interrupted(statement, blocking, 'SIGKILL');
      const finishing = deploy.finish();
      await waitFor(
        () =>
          deploy.database.query(
            `select from pg_stat_activity where datname = current_database() and application_name ~ '^pawl:' and query not like '%pg_terminate%'`,
          ),
        {
          what: 'the second attempt',
        },
      );
      await release();
      await finishing;
      await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
      expect(await deploy.database.query(`select ${holds} as holds`)).toEqual([{ holds: true }]);
    },
  );

  it.each(STATEMENTS)(
    'W9 pg_terminate_backend mid %s: recovered, nothing left over',
    async (_name, statement, blocking, holds) => {
      const release = await interrupted(statement, blocking, 'terminate');
      await release();
      await deploy.finish();
      await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
      expect(await deploy.database.query(`select ${holds} as holds`)).toEqual([{ holds: true }]);
    },
  );

  it.each(['before-transaction#2', 'after-transaction#2', 'before-transaction#3'])(
    'W9 kill -9 %s of ALTER TYPE ADD VALUE and its use in one file',
    async (at) => {
      deploy = await createCrashDeploy([
        [EFFECTS[0], TABLES],
        ['2', `alter type mood add value 'bad'; create table moods (m mood); insert into moods values ('bad');`],
        effect(3),
      ]);
      expect(await deploy.start({ at }).ended()).not.toMatchObject({ kind: 'done' });
      await deploy.finish();
      await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
      expect(await deploy.database.query('select m::text from moods')).toEqual([{ m: 'bad' }]);
    },
  );

  it('T5 a build that outlives its worker is adopted, not killed: the index is the one that was being built', async () => {
    const release = await interrupted(
      'create index concurrently items_both on items (kind, id);',
      'insert into items values (99999)',
      'SIGKILL',
    );
    const [{ oid } = {}] = await deploy.database.query<{ oid: number }>(`select 'items_both'::regclass::oid as oid`);
    const second = deploy.start();
    const adopts = () =>
      second.news.some((news) => news.kind === 'progress' && news.progress.doing.includes('index build of an earlier attempt'));
    await waitFor(adopts, { what: 'the second attempt to wait for the build' });
    // Longer than client_connection_check_interval: the orphaned backend must not die of its client's death.
    const started = Date.now();
    await waitFor(() => Date.now() - started > 3_000, { what: 'the interval to pass' });
    await release();
    expect(await second.ended()).toMatchObject({ kind: 'done' });
    await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
    expect(await deploy.database.query(`select 'items_both'::regclass::oid as oid`)).toEqual([{ oid }]);
  });

  it('T3 a cancelled build leaves no INVALID index behind', async () => {
    const { first, release } = await waiting(
      'create index concurrently items_both on items (kind, id);',
      'insert into items values (99999)',
    );
    await deploy.database.query(`select pg_cancel_backend(pid) from (${WAITING}) w`);
    await release();
    await first.ended();
    expect(await deploy.database.query('select from pg_index where not indisvalid')).toEqual([]);
    await deploy.finish();
    await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
  });

  it('T3 a cancelled build does not wait for whom it waited for; the next attempt heals', async () => {
    const settings = { lockTimeout: 300 };
    const index = 'create index concurrently items_both on items (kind, id);';
    const { first, release } = await waiting(index, 'insert into items values (99999)', settings);
    await deploy.database.query(`select pg_cancel_backend(pid) from (${WAITING}) w`);
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'blocked' });
    await release();
    await deploy.finish();
    await expectInvariants(deploy.database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
  });
});
