import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backfillsView } from '../../../src/cli/view/backfill.js';
import { applyPending } from '../../../src/engine/acts/apply.js';
import { backfillStatus, tuneBackfill } from '../../../src/engine/acts/tune-backfill.js';
import { Health } from '../../../src/engine/apply/backfill/health.js';
import { companionOf } from '../../../src/engine/postgres/companion.js';
import type { StopWhile } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { backfillFile, batchesOf, when } from '../../support/backfill.js';
import { begin, deployAll, recorder, stageOf, targetOf } from '../../support/engine.js';
import { waitFor } from '../../support/wait.js';

let database: TestDatabase;
const clients: pg.Client[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(
    `create table users (id int primary key, n int not null default 0); insert into users select generate_series(1, 100)`,
  );
});
afterEach(async () => {
  await database.drop();
  await Promise.all(clients.splice(0).map((client) => client.end()));
});

const STAGE = stageOf([backfillFile('1', '-- pawl:backfill users by id\nupdate users set n = n + 1')]);
const target = (more = {}) => targetOf(database, { backfill: batchesOf(10, more) });
const each = () => database.query('select n, count(*)::int from users group by n');
const ONCE = [{ n: 1, count: 100 }];

async function connected(more: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url, ...more });
  clients.push(client);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Begins to work and does not wait for it: `drop` ends it. */
const left = (work: Promise<unknown>): void => void work.catch(() => undefined);

/** What stands against a batch now, as the connection sees it. */
async function reason(stopWhile: StopWhile, url = database.url): Promise<string | undefined> {
  const [{ oid }] = (await database.query<{ oid: number }>(`select 'users'::regclass::oid::int as oid`)) as [{ oid: number }];
  const companion = companionOf(url);
  try {
    return (await new Health(0, oid).hold(companion, stopWhile))?.why;
  } finally {
    await companion.release();
  }
}

describe('what stopWhile names', () => {
  it.each<[string, StopWhile, RegExp]>([
    ['replicas', { replicaLag: 1, replicas: ['far'] }, /^standby far is not connected$/],
    ['walArchive', { walArchive: -1 }, /^\d+ files of WAL wait to be archived \(limit -1\)$/],
    ['query', { query: 'select true, null' }, /^stopWhile\.query does not answer true$/],
    ['a query that fails', { query: 'select nothing' }, /^stopWhile\.query fails \(SQLSTATE 42703\)$/],
    ['a query that would write', { query: 'update users set n = 9' }, /^stopWhile\.query fails \(SQLSTATE 25006\)$/],
  ])('%s', async (_, stopWhile, why) => {
    expect(await reason(stopWhile)).toMatch(why);
  });

  it('a session that works, one that waits, an old transaction, a slot', async () => {
    const holder = await connected();
    await holder.query(`begin; lock table users; select pg_create_physical_replication_slot('${database.name}', true, true)`);
    left((await connected()).query('begin; lock table users'));
    left((await connected()).query('select pg_sleep(60)'));
    await waitFor(async () => (await database.query(`select from pg_locks where not granted`)).length > 0, { what: 'a waiter' });
    expect(await reason({ activeSessions: 2 })).toMatch(/^\d+ sessions are active \(limit 2\)$/);
    expect(await reason({ lockWaiters: 1 })).toMatch(/^\d+ sessions wait for locks \(limit 1\)$/);
    expect(await reason({ longestTransaction: 0 })).toMatch(/^the transaction of session \d+ is \d+ s old \(limit 0 s\)$/);
    expect(await reason({ slotBehind: -1 })).toMatch(/^replication slot \w+ holds back [\d,]+ MiB of WAL/);
    // A parallel test may hold sessions too; none of them is that much.
    expect(await reason({ activeSessions: 1e6, lockWaiters: 1e6, longestTransaction: 1e12, slotBehind: 1e15 })).toBeUndefined();
  });
});

it('a session that the role of the deploy may not see counts as a reason to wait, and a receiver of WAL as no standby', async () => {
  const role = `${database.name}_r`;
  await database.query(`create role ${role} login password 'x'`);
  const url = Object.assign(new URL(database.url), { username: role, password: 'x' }).href;
  left((await connected()).query('select pg_sleep(60)'));
  const sessions = 'what sessions of other roles do cannot be seen: grant pg_monitor to the role of the deploy';
  expect(await reason({ activeSessions: 1e6 }, url)).toBe(sessions);
  expect(await reason({ walArchive: 1e6 }, url)).toMatch(/^what stopWhile names cannot be seen: the user lacks a right: .*42501/);
  await database.query(`grant pg_monitor to ${role}`);
  expect(await reason({ activeSessions: 1e6, walArchive: 1e6, lockWaiters: 1e6, autovacuum: true }, url)).toBeUndefined();
  await database.query(`alter role ${role} nologin`);
  expect(await reason({ activeSessions: 1e6 }, url)).toMatch(/^what stopWhile names cannot be seen: /);
  await database.query(`drop role ${role}`);

  const receiver = await connected({ replication: 'true' } as pg.ClientConfig);
  const { rows } = await receiver.query<{ xlogpos: string }>('IDENTIFY_SYSTEM');
  left(receiver.query(`START_REPLICATION PHYSICAL ${rows[0]!.xlogpos}`));
  await waitFor(async () => (await database.query('select from pg_stat_replication')).length > 0, { what: 'the receiver' });
  expect(await reason({ replicaLag: 0 })).toBeUndefined();
});

describe('a backfill waits', () => {
  it('before its next batch, says why, and goes on when the reason has passed', async () => {
    await database.query('create table gate as select false as open');
    const control = recorder();
    const work = deployAll(target({ stopWhile: { query: 'select open from gate' } }), [STAGE], control);
    const why = 'stopWhile.query does not answer true';
    const waits = () => control.reports.filter(({ backfill }) => backfill?.waits === why);
    await waitFor(() => waits().length > 0, { what: 'the reason' });
    expect(waits()[0]).toMatchObject({ doing: `backfill: 0 rows, waiting: ${why}`, backfill: { heldBy: 'query' } });
    expect(backfillsView('orders', await backfillStatus(target()))).toContain(`waiting: ${why}`);
    await database.query('update gate set open = true');
    await work;
    expect(await each()).toEqual(ONCE);
    expect(await backfillStatus(target())).toMatchObject([{ waitsFor: null, rows: 100, batches: 10 }]);
  });

  it('outside of its time of the day', async () => {
    const minute = new Date().getUTCHours() * 60 + new Date().getUTCMinutes();
    const outside = { from: (minute + 120) % 1440, to: (minute + 180) % 1440, zone: 'UTC', text: 'a later hour' };
    const { owner, position } = await begin(target(), [STAGE]);
    const request = { owner, stage: STAGE, after: position, limit: 1, milliseconds: 60_000, backfillMilliseconds: 1 };
    const asked = { ...request, target: target({ stopWhile: { outside } }) };
    expect((await applyPending(asked, recorder())).backfill).toMatchObject({ waits: 'it is outside of a later hour', rows: 0 });
  });
});

describe('an operator', () => {
  const decision = { by: 'ann', reason: 'lunch' };

  it('pauses a backfill, changes its pace and lets it go on', async () => {
    const control = recorder();
    const work = deployAll(target({ pace: 50 }), [STAGE], control);
    await waitFor(() => control.reports.some(({ backfill }) => (backfill?.rows ?? 0) > 0), { what: 'a batch' });
    expect(await tuneBackfill(target(), { paused: decision }, decision)).toBe('1');
    await tuneBackfill(target(), { batch: 50, pace: 0 }, decision);
    await waitFor(() => control.reports.at(-1)?.doing.includes('paused by ann'), { what: 'the pause' });
    expect(await backfillStatus(target())).toMatchObject([
      { pausedBy: 'ann', pausedReason: 'lunch', batchMs: 50, pace: 0, finishedAt: null },
    ]);
    expect(backfillsView('orders', await backfillStatus(target()))).toContain('paused by ann: lunch');
    await tuneBackfill(target(), { paused: null }, { ...decision, reason: undefined });
    await work;
    expect(await each()).toEqual(ONCE);
    await expect(tuneBackfill(target(), { paused: null }, decision)).rejects.toMatchObject({ code: 'BACKFILL_NONE' });
    const audit = await database.query(`select by, detail from pawl.events where kind = 'backfill.tuned' order by at`);
    expect(audit).toMatchObject([
      { by: 'ann', detail: { paused: true } },
      { detail: { batch: 50, pace: 0 } },
      { detail: { paused: false } },
    ]);
  });

  it('has paused it although the next attempt finds that no batch is done yet', async () => {
    const waiting = { stopWhile: { query: 'select false' } };
    const { owner, position } = await begin(target(), [STAGE]);
    const request = { owner, stage: STAGE, after: position, limit: 1, milliseconds: 60_000, backfillMilliseconds: 1 };
    await applyPending({ ...request, target: target(waiting) }, recorder());
    await tuneBackfill(target(), { paused: decision, batch: 70 }, decision);
    await database.query('insert into users values (101)');
    expect((await applyPending({ ...request, target: target() }, recorder())).backfill).toMatchObject({
      pausedBy: 'ann',
      rows: 0,
    });
    expect(await backfillStatus(target())).toMatchObject([{ pausedReason: 'lunch', batchMs: 70, upto: ['101'] }]);
  });
});

describe('what is read between the batches', () => {
  it('is read by the user of the deploy, whoever the file acts as', async () => {
    const role = database.name;
    await database.query(
      `create role ${role}; grant select, update on users to ${role}; create table gate as select false as open`,
    );
    const stage = stageOf([backfillFile('1', `set role ${role};\n-- pawl:backfill users by id\nupdate users set n = n + 1`)]);
    const control = recorder();
    const work = deployAll(target({ stopWhile: { query: 'select open from gate' } }), [stage], control);
    const waits = (): boolean => control.reports.some(({ backfill }) => backfill?.waits !== undefined);
    await Promise.race([work, waitFor(waits, { what: 'the gate' })]);
    await database.query('update gate set open = true');
    await work;
    expect(await each()).toEqual(ONCE);
    await database.query(`drop owned by ${role}; drop role ${role}`);
  });

  it('may take longer than a statement', async () => {
    await database.query(`create function slow(int) returns int immutable language sql as $$ select $1 from pg_sleep(0.01) $$`);
    const stage = stageOf([backfillFile('1', '-- pawl:backfill users by id\nupdate users set n = 1 where slow(n) = 0')]);
    await deployAll({ ...target({ vacuumEvery: 0 }), statementTimeout: 600 }, [stage]);
    expect(await each()).toEqual(ONCE);
  });

  it('waits for a lock as a batch does', async () => {
    const holder = await connected();
    const locking = when(10, () => left(holder.query('begin; lock table users')));
    await expect(deployAll({ ...target({ pace: 3 }), lockTimeout: 30 }, [STAGE], locking)).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      message: expect.stringMatching(
        /in the rows of public\.users with id after \d+ up to \d+; \d+ rows are done and stay/,
      ) as string,
    });
  });

  it('ends with its connection where the file goes by another key meanwhile', async () => {
    const stop = new AbortController();
    const cancelling = { ...when(20, () => stop.abort(new Error('enough'))), signal: stop.signal };
    await expect(deployAll(target({ pace: 3 }), [STAGE], cancelling)).rejects.toMatchObject({ code: 'CANCELLED' });
    await database.query('alter table users add other int generated by default as identity unique');
    const other = stageOf([backfillFile('1', '-- pawl:backfill users by other\nupdate users set n = n + 1')]);
    await expect(deployAll(target(), [other])).rejects.toMatchObject({ code: 'LEDGER_EDITED' });
    await deployAll(target({ stopWhile: { query: 'select true' } }), [STAGE]);
    expect(await each()).toEqual(ONCE);
    const ours = `select from pg_stat_activity where datname = current_database() and application_name like 'pawl:%'`;
    await waitFor(async () => (await database.query(ours)).length === 0, { what: 'the end of our sessions', timeout: 5_000 });
  });
});
