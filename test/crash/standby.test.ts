import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareMigrations } from '../../src/await.js';
import { applyPending } from '../../src/engine/acts/apply.js';
import { awaitApplied } from '../../src/engine/ledger/await.js';
import { backfillFile, batchesOf } from '../support/backfill.js';
import { begin, deployAll, migration, recorder, stageOf, targetOf } from '../support/engine.js';
import { createPrivatePostgres, type PrivatePostgres } from '../support/private-postgres.js';
import { waitFor } from '../support/wait.js';

let postgres: PrivatePostgres;
beforeAll(async () => {
  postgres = await createPrivatePostgres();
});
afterAll(() => postgres?.remove());
beforeEach(() => postgres.query('drop schema public cascade; create schema public; drop schema if exists pawl cascade'));

const FILES = [1, 2, 3].map((n) => migration(String(n), `create table t${n} (id int);`));
const VERSIONS = FILES.map(({ version }) => version);
const STAGE = stageOf(FILES);

/** Who must confirm a commit; nobody has this name. */
async function confirmedBy(name: string): Promise<void> {
  await postgres.query(`alter system set synchronous_standby_names = '${name}'`);
  await postgres.query('select pg_reload_conf()');
  await waitFor(
    async () =>
      (await postgres.query<{ name: string }>(`select current_setting('synchronous_standby_names') as name`))[0]!.name === name,
    { what: 'the new setting' },
  );
}

const told = (within: number) => awaitApplied({ url: postgres.url, ledger: 'pawl', versions: VERSIONS, within });

// Whatever the role says of synchronous_commit: the flush waits for disk and standby.
it.each(['on', 'off', 'local'])(
  'nobody is told while the synchronous standby is away, synchronous_commit = %s',
  async (commit) => {
    await postgres.query(`alter role current_user set synchronous_commit = ${commit}`);
    try {
      const target = targetOf(postgres);
      const { owner, position } = await begin(target, [STAGE]);
      await confirmedBy('absent');
      const applying = applyPending(
        { target, owner, stage: STAGE, after: position, limit: Infinity, milliseconds: 60_000 },
        recorder(),
      );
      await waitFor(async () => (await postgres.query('select from pawl.applied_migrations').catch(() => [])).length === 3, {
        what: 'three commits that can be seen',
      });
      await waitFor(async () => (await postgres.query(`select from pg_stat_activity where wait_event = 'SyncRep'`)).length > 0, {
        what: 'the flush to wait for the standby',
      });
      await expect(told(1_200)).rejects.toMatchObject({ code: 'AWAIT_TIMEOUT' });
      const database = { connectionString: postgres.url };
      expect(await compareMigrations(database, { versions: VERSIONS })).toEqual({ missing: VERSIONS, unknown: [] });
      await confirmedBy('');
      await applying;
      await told(10_000);
      expect(await compareMigrations(database, { versions: VERSIONS })).toEqual({ missing: [], unknown: [] });
    } finally {
      await confirmedBy('');
      await postgres.query('alter role current_user reset synchronous_commit');
    }
  },
);

it("an open transaction of somebody else delays nobody's wait, and the next deploy tells what the last one could not", async () => {
  const other = new pg.Client({ connectionString: postgres.url });
  await other.connect();
  try {
    await deployAll(targetOf(postgres), [STAGE]);
    await other.query('create table strange (id int)');
    await other.query('begin; insert into strange values (1)');
    await told(2_000);
    // As a worker leaves it that dies between the last commit and the flush.
    await postgres.query('update pawl.lease set flushed = 0');
    await expect(told(600)).rejects.toMatchObject({ code: 'AWAIT_TIMEOUT' });
    await deployAll(targetOf(postgres), [STAGE]);
    await told(2_000);
  } finally {
    await other.end();
  }
});

describe('with a standby', () => {
  let standby: PrivatePostgres;
  beforeAll(async () => {
    standby = await postgres.standby('second');
  });
  afterAll(() => standby?.remove());

  it('a backfill stops while the standby does not replay, says by how much, and goes on when it has caught up', async () => {
    const count = 4_000;
    await postgres.query(
      `create table items (id int primary key, n int not null default 0); insert into items select generate_series(1, ${count})`,
    );
    await waitFor(async () => (await standby.query('select from items').catch(() => [])).length === count, {
      what: 'the standby to have replayed it',
    });
    const stage = stageOf([backfillFile('1', '-- pawl:backfill items by id\nupdate items set n = n + 1')]);
    const control = recorder();
    const settings = batchesOf(10, { pace: 20, stopWhile: { replicaLag: 500, replicas: ['second'] } });
    const work = deployAll(targetOf(postgres, { backfill: settings }), [stage], control);
    const held = () => control.reports.filter(({ backfill }) => backfill?.heldBy === 'replicaLag');
    await waitFor(() => control.reports.some(({ backfill }) => (backfill?.rows ?? 0) > 0), { what: 'a batch' });
    await standby.query('select pg_wal_replay_pause()');
    await waitFor(() => held().length > 2, { what: 'the backfill to be held' });
    const [rows] = held().map(({ backfill }) => backfill!.rows);
    expect(rows).toBeLessThan(count);
    expect(held().at(-1)).toMatchObject({
      doing: expect.stringMatching(/, waiting: standby second is \d+\.\d s behind \(limit 0\.5 s\)$/) as string,
      backfill: { rows },
    });
    expect(await postgres.query('select rows::int from pawl.backfills')).toEqual([{ rows }]);
    await standby.query('select pg_wal_replay_resume()');
    await waitFor(() => (control.reports.at(-1)?.backfill?.rows ?? 0) > rows!, { what: 'another batch' });
    await postgres.query('update pawl.backfills set pace = 0');
    await work;
    expect(await postgres.query('select n, count(*)::int from items group by n')).toEqual([{ n: 1, count }]);
  });

  it('the primary dies in mid-run and its synchronous standby is promoted: nothing was told that it does not have, and the deploy goes on there', async () => {
    await confirmedBy('second');
    await waitFor(async () => (await postgres.query(`select from pg_stat_replication where sync_state = 'sync'`)).length === 1, {
      what: 'the standby to be synchronous',
    });
    const target = targetOf(postgres);
    const files = [1, 2, 3, 4, 5].map((n) => migration(String(n), `create table t${n} (id int);`));
    const versions = files.map(({ version }) => version);
    const stage = stageOf(files);
    const { owner, position } = await begin(target, [stage]);
    const apply = (limit: number) =>
      applyPending({ target, owner, stage, after: position, limit, milliseconds: 60_000 }, recorder());
    const toldBy = async ({ url }: PrivatePostgres): Promise<string[]> => {
      const { missing } = await compareMigrations({ connectionString: url }, { versions });
      return versions.filter((version) => !missing.includes(version));
    };
    await apply(2);
    expect(await toldBy(postgres)).toEqual(['1', '2']);
    await waitFor(async () => (await toldBy(standby)).length === 2, { what: 'the standby to have read it' });

    // From here on nothing reaches the standby, and the rest of the run commits.
    await standby.query(`alter system set primary_conninfo = ''`);
    await standby.query('select pg_reload_conf()');
    await waitFor(async () => (await standby.query('select from pg_stat_wal_receiver')).length === 0, {
      what: 'the standby to be cut off',
    });
    const both = [postgres, standby].map(({ url }) => new URL(url));
    const either = Object.assign(new URL(postgres.url), { search: '?target_session_attrs=read-write' }).href.replace(
      both[0]!.host,
      both.map(({ host }) => host).join(),
    );
    let ended = false;
    const waiting = awaitApplied({ url: either, ledger: 'pawl', versions, within: 60_000 }).finally(() => (ended = true));
    const applying = apply(5).catch((error: unknown) => error);
    await waitFor(async () => (await postgres.query('select from pawl.applied_migrations')).length === 5, {
      what: 'commits that can be seen on the primary',
    });
    await waitFor(async () => (await postgres.query(`select from pg_stat_activity where wait_event = 'SyncRep'`)).length > 0, {
      what: 'the flush to wait for the standby',
    });
    expect(await toldBy(postgres)).toEqual(['1', '2']);
    expect(await toldBy(standby)).toEqual(['1', '2']);

    await postgres.stop('kill');
    expect(await applying).toMatchObject({ code: 'CONNECTION_LOST', verdict: 'retry' });
    await standby.promote();
    expect(await toldBy(standby)).toEqual(['1', '2']);
    expect(await standby.query(`select to_regclass('t2') is not null as second, to_regclass('t3') as third`)).toEqual([
      { second: true, third: null },
    ]);
    expect(ended).toBe(false);

    const promoted = targetOf(standby);
    await expect(
      applyPending({ target: promoted, owner, stage, after: position, limit: 5, milliseconds: 60_000 }, recorder()),
    ).rejects.toMatchObject({ code: 'SERVER_CHANGED' });
    await deployAll(promoted, [stage]);
    await waiting;
    expect(await toldBy(standby)).toEqual(versions);
    expect(await standby.query('select count(*)::int as n from pawl.applied_migrations')).toEqual([{ n: 5 }]);
  });
});
