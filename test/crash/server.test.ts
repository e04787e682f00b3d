import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endAttempts, finishDeployOf, startAttempt, type AttemptOrder } from '../support/attempt.js';
import { effect, EFFECTS } from '../support/crash-deploy.js';
import { createTestDatabase } from '../support/database.js';
import { expectInvariants } from '../support/invariants.js';
import { createPrivatePostgres, type PrivatePostgres } from '../support/private-postgres.js';
import { runsStatement } from '../support/runs-statement.js';
import { waitFor } from '../support/wait.js';

let postgres: PrivatePostgres;
beforeAll(async () => {
  postgres = await createPrivatePostgres();
});
afterAll(() => postgres?.remove());
beforeEach(() => postgres.query('drop schema public cascade; create schema public; drop schema if exists pawl cascade'));
afterEach(endAttempts);

const order = (...migrations: AttemptOrder['migrations']): AttemptOrder => ({
  url: postgres.url,
  deployId: randomUUID(),
  owner: 'temporal/test/crash',
  migrations: [EFFECTS, ...migrations],
});

const active = (like: string) => (): Promise<boolean> => runsStatement(postgres, like);

const DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '3'] };

describe('PostgreSQL goes away and comes back', () => {
  it.each(['fast', 'immediate', 'kill'] as const)('P1 %s stop in mid-transaction: retried, once', async (mode) => {
    const deploy = order(effect(2, 'select pg_sleep(1);'), effect(3));
    const first = startAttempt(deploy);
    await waitFor(active('%pg_sleep(1)%'), { what: 'the statement' });
    await postgres.stop(mode);
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'retry' });
    expect(await startAttempt(deploy).ended()).toMatchObject({ kind: 'failed', code: 'CONNECT_FAILED', verdict: 'retry' });
    await postgres.start();
    await finishDeployOf(deploy);
    await expectInvariants(postgres, DONE);
  });

  it('P1 SIGKILL of our backend in mid-transaction: the server recovers, retried, once', async () => {
    const deploy = order(effect(2, 'select pg_sleep(1);'), effect(3));
    const first = startAttempt(deploy);
    await waitFor(active('%pg_sleep(1)%'), { what: 'the statement' });
    const [{ pid } = { pid: 0 }] = await postgres.query<{ pid: number }>(
      `select pid from pg_stat_activity where state = 'active' and query like '%pg_sleep(1)%' and pid <> pg_backend_pid()`,
    );
    process.kill(pid, 'SIGKILL');
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'retry' });
    await finishDeployOf(deploy);
    await expectInvariants(postgres, DONE);
  });

  it('P1 immediate stop in mid-COMMIT: the ledger says, once', async () => {
    const slow = `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
      create constraint trigger slow after insert on effects deferrable initially deferred for each row when (new.version = 2) execute function slow();`;
    const deploy = {
      ...order(effect(2), effect(3)),
      migrations: [[EFFECTS[0], EFFECTS[1] + slow] as const, effect(2), effect(3)],
    };
    const first = startAttempt(deploy);
    await waitFor(active('%values (2)%'), { what: 'the commit' });
    await postgres.stop('immediate');
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'retry' });
    await postgres.start();
    await finishDeployOf(deploy);
    await expectInvariants(postgres, DONE);
  });

  it.each(['fast', 'immediate'] as const)(
    'P1 %s stop in the middle of CREATE INDEX CONCURRENTLY: healed, valid',
    async (mode) => {
      const big = 'create table big as select n as id from generate_series(1, 1000) n;';
      const deploy = order(effect(2, big), ['3', 'create index concurrently big_id on big (id);'], effect(4));
      const reader = new pg.Client({ connectionString: postgres.url });
      reader.on('error', () => undefined);
      await reader.connect();
      // The build has to wait for this snapshot, with the index there and not valid.
      await reader.query('begin isolation level repeatable read; select 1');
      const first = startAttempt(deploy);
      await waitFor(
        async () =>
          (await postgres.query(`select from pg_stat_progress_create_index where phase = 'waiting for old snapshots'`)).length >
          0,
        { what: 'the build' },
      );
      await postgres.stop(mode);
      expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'retry' });
      await postgres.start();
      expect(await postgres.query('select from pg_index where not indisvalid')).toHaveLength(1);
      await finishDeployOf(deploy);
      await expectInvariants(postgres, { versions: ['1', '2', '3', '4'], effects: ['1', '2', '4'] });
    },
  );

  it('P1 SIGKILL of our backend in the middle of CREATE INDEX CONCURRENTLY: healed, valid', async () => {
    const big = 'create table big as select n as id from generate_series(1, 400000) n;';
    const deploy = order(effect(2, big), ['3', 'create index concurrently big_id on big (id);'], effect(4));
    const first = startAttempt(deploy);
    const [build] = await waitFor(
      async () => {
        const found = await postgres.query<{ pid: number }>('select pid from pg_stat_progress_create_index');
        return found.length > 0 && found;
      },
      { what: 'the build' },
    );
    process.kill(build!.pid, 'SIGKILL');
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'retry' });
    await finishDeployOf(deploy);
    await expectInvariants(postgres, { versions: ['1', '2', '3', '4'], effects: ['1', '2', '4'] });
  });

  it('P4 COMMIT waits for a standby that is away, and its worker is killed: the ledger says that it is committed, once', async () => {
    const deploy = order(effect(2), effect(3));
    await startAttempt(deploy, { at: 'after-transaction#1' }).ended();
    await postgres.query(`alter system set synchronous_standby_names = 'away'`);
    await postgres.query('select pg_reload_conf()');
    const first = startAttempt(deploy);
    const waits = `select pid from pg_stat_activity where wait_event = 'SyncRep' and application_name ~ '^pawl:'`;
    await waitFor(async () => (await postgres.query(waits)).length > 0, { what: 'COMMIT to wait for the standby' });
    first.signal('SIGKILL');
    await first.ended();
    await postgres.query('alter system reset synchronous_standby_names');
    await postgres.query('select pg_reload_conf()');
    await finishDeployOf(deploy);
    await expectInvariants(postgres, DONE);
  });

  it('P3 N4 a failover in mid-deploy: stopped with both servers named; a new deploy goes on from what is there', async () => {
    const deploy = order(effect(2), effect(3));
    await startAttempt(deploy, { at: 'after-transaction#2' }).ended();
    await postgres.failOver();
    const failed = await startAttempt(deploy).ended();
    expect(failed).toMatchObject({ kind: 'failed', code: 'SERVER_CHANGED', verdict: 'blocked' });
    expect(failed).toHaveProperty('message', expect.stringMatching(/timeline 2, before \d+ timeline 1/));
    expect(await postgres.query('select version from effects order by id')).toEqual([{ version: 1 }, { version: 2 }]);
    await finishDeployOf({ ...deploy, deployId: randomUUID() });
    await expectInvariants(postgres, DONE);
  });

  it('N4 the name leads to another cluster in mid-deploy: stopped', async () => {
    const deploy = order(effect(2), effect(3));
    await startAttempt(deploy, { at: 'after-transaction#2' }).ended();
    const before = await postgres.query('select system_identifier, timeline from pawl.lease');
    // What a dump of the database holds, restored into the cluster that the name leads to now.
    const other = await createTestDatabase();
    const there = { ...deploy, url: other.url };
    await startAttempt(there, { at: 'after-transaction#2' }).ended();
    await other.query('update pawl.lease set system_identifier = $1, timeline = $2', Object.values(before[0]!));
    const failed = await startAttempt(there).ended();
    expect(failed).toMatchObject({ kind: 'failed', code: 'SERVER_CHANGED', verdict: 'blocked' });
    expect(await other.query('select version from effects order by id')).toEqual([{ version: 1 }, { version: 2 }]);
    await other.drop();
  });
});
