import { afterEach, describe, expect, it } from 'vitest';
import { finishDeployOf, startAttempt, type Attempt } from '../support/attempt.js';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { randomOf } from '../support/crash-seed.js';
import { CLOSE_GATE, OPEN_GATE, WAIT_AT_GATE } from '../support/gate.js';
import { expectInvariants } from '../support/invariants.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
afterEach(() => deploy?.end());

const THREE = [EFFECTS, effect(2), effect(3)];
const DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '3'] };

async function stopAt(at: string): Promise<Attempt> {
  const attempt = deploy.start({ at, with: 'SIGSTOP' });
  await waitFor(() => attempt.stopped(), { what: `the pause ${at}` });
  return attempt;
}

/** Everything that a zombie could have changed. */
const contents = (): Promise<unknown[]> =>
  deploy.database.query(
    `select (select json_agg(a order by position) from pawl.applied_migrations a) as ledger, (select json_agg(l) from pawl.lease l) as lease,
            (select json_agg(e order by id) from pawl.events e) as events, (select json_agg(x order by id) from effects x) as effects,
            (select json_agg(d order by deploy_id) from pawl.deploys d) as deploys`,
  );

describe('a worker that is paused, taken for dead, and wakes up', () => {
  it.each(['before-lock#2', 'before-transaction#2', 'after-transaction#2', 'idle-in-transaction', 'before-connect#4'])(
    'W6 SIGSTOP %s, the next attempt finishes, SIGCONT: the zombie changes nothing',
    async (at) => {
      deploy = await createCrashDeploy(THREE);
      const zombie = await stopAt(at);
      await deploy.finish();
      await expectInvariants(deploy.database, { ...DONE, zombies: true });
      const before = await contents();
      zombie.signal('SIGCONT');
      expect(await zombie.ended()).not.toMatchObject({ kind: 'applied' });
      await expectInvariants(deploy.database, DONE);
      expect(await contents()).toEqual(before);
    },
  );

  it('W6 SIGSTOP while a statement runs: its backend is ended, the zombie hears that its connection is gone', async () => {
    deploy = await createCrashDeploy([EFFECTS, effect(2, 'select pg_sleep(1);'), effect(3)]);
    const zombie = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(1)%'), { what: 'the statement' });
    zombie.signal('SIGSTOP');
    await deploy.finish();
    await expectInvariants(deploy.database, { ...DONE, zombies: true });
    zombie.signal('SIGCONT');
    expect(await zombie.ended()).toMatchObject({ kind: 'failed', code: 'CONNECTION_LOST', verdict: 'retry' });
    await expectInvariants(deploy.database, DONE);
  });

  it('W6 SIGSTOP and SIGCONT at random moments with three attempts at once: everything once', async () => {
    deploy = await createCrashDeploy([...THREE, effect(4, 'select pg_sleep(0.3);'), effect(5), effect(6)]);
    const random = randomOf('W6');
    for (let round = 0; round < 3; round += 1) {
      const attempts = [deploy.start(), deploy.start()];
      for (const attempt of attempts) {
        const after = Math.floor(random() * 6);
        await waitFor(
          () => attempt.news.length > after || attempt.news.some(({ kind }) => kind === 'done' || kind === 'failed'),
          { what: 'the moment' },
        );
        attempt.signal('SIGSTOP');
      }
      const third = deploy.start();
      await third.ended();
      for (const attempt of attempts) attempt.signal('SIGCONT');
      for (const attempt of attempts) await attempt.ended();
    }
    // The deploy may have ended in any of them; what is left, if anything, a successor does.
    await finishDeployOf(deploy.successor);
    const versions = ['1', '2', '3', '4', '5', '6'];
    await expectInvariants(deploy.database, { versions, effects: versions });
  });

  it.each(['before-connect#2', 'before-lock#2'])(
    'W7 SIGSTOP %s, another deploy takes the place and finishes, SIGCONT: fenced, nothing applied',
    async (at) => {
      deploy = await createCrashDeploy(THREE);
      const zombie = await stopAt(at);
      await finishDeployOf(deploy.successor);
      const before = await contents();
      zombie.signal('SIGCONT');
      expect(await zombie.ended()).toMatchObject({ kind: 'failed' });
      expect(await contents()).toEqual(before);
      await expectInvariants(deploy.database, DONE);
    },
  );

  it('W7 a zombie whose session lost the lock without dying is refused at its COMMIT', async () => {
    // The zombie's transaction is open with its row written when the epoch moves on: only the deferred trigger is left to stop it.
    deploy = await createCrashDeploy([EFFECTS, effect(2, 'select pg_sleep(1.5);')]);
    const zombie = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(1.5)%'), { what: 'the statement' });
    await deploy.database.query('update pawl.lease set epoch = epoch + 1');
    expect(await zombie.ended()).toMatchObject({ kind: 'failed', code: 'LEASE_FENCED', verdict: 'fenced' });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
    expect(await deploy.database.query('select version from pawl.applied_migrations')).toEqual([{ version: '1' }]);
  });
});

describe('two at once', () => {
  it('W12 three attempts of one deploy and one of another, with CREATE INDEX CONCURRENTLY: no hang, each once', async () => {
    deploy = await createCrashDeploy([
      [EFFECTS[0], `${EFFECTS[1]} create table items as select n as id from generate_series(1, 50000) n;`],
      ['2', 'create index concurrently items_id on items (id);'],
      effect(3, 'select pg_sleep(0.5);'),
      ['4', 'create unique index concurrently items_id_unique on items (id);'],
    ]);
    const stranger = { ...deploy.successor, owner: 'temporal/other/deploy' };
    const attempts = [deploy.start(), deploy.start(), deploy.start(), startAttempt(stranger)];
    const ends = await Promise.all(attempts.map((attempt) => attempt.ended()));
    expect(ends.filter((end) => end?.kind === 'failed' && end.verdict === 'blocked')).toEqual([]);
    await finishDeployOf(deploy.order);
    await finishDeployOf(stranger);
    await expectInvariants(deploy.database, { versions: ['1', '2', '3', '4'], effects: ['1', '3'] });
  });

  it('W12 the second says whom it waits for', async () => {
    deploy = await createCrashDeploy([EFFECTS, effect(2, WAIT_AT_GATE)]);
    await deploy.database.query(CLOSE_GATE);
    const first = deploy.start();
    await waitFor(() => deploy.runs('%from public.gate%'), { what: 'the statement' });
    const second = startAttempt({ ...deploy.successor, owner: 'temporal/other/deploy' });
    await waitFor(
      () => second.news.some((news) => news.kind === 'progress' && news.progress.waitsFor?.[0]?.application.startsWith('pawl:')),
      {
        what: 'the second to name the first',
      },
    );
    await deploy.database.query(OPEN_GATE);
    expect(await first.ended()).toMatchObject({ kind: 'done' });
    await second.ended();
    await finishDeployOf({ ...deploy.successor, owner: 'temporal/other/deploy' });
    await expectInvariants(deploy.database, { versions: ['1', '2'], effects: ['1', '2'] });
  });
});
