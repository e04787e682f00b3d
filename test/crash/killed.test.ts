import { afterEach, describe, expect, it } from 'vitest';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { randomOf } from '../support/crash-seed.js';
import { expectInvariants } from '../support/invariants.js';
import { startProxy, type Fate } from '../support/proxy.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
afterEach(() => deploy?.end());

const THREE = [EFFECTS, effect(2), effect(3)];
const DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '3'] };

describe('a worker that is killed', () => {
  it.each(['before-connect#1', 'before-lock#1', 'before-connect#3', 'before-lock#3'])(
    'W1 kill -9 %s: the next attempt applies',
    async (at) => {
      deploy = await createCrashDeploy(THREE);
      expect(await deploy.start({ at }).ended()).not.toMatchObject({ kind: 'done' });
      await deploy.finish();
      await expectInvariants(deploy.database, DONE);
    },
  );

  it('W2 kill -9 while a statement runs: the next attempt ends its backend, then applies', async () => {
    deploy = await createCrashDeploy([EFFECTS, effect(2, 'select pg_sleep(2);'), effect(3)]);
    const first = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(2)%'), { what: 'the statement' });
    first.signal('SIGKILL');
    await first.ended();
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('W2 kill -9 while a statement runs, and nobody comes: the server itself rolls back', async () => {
    deploy = await createCrashDeploy([EFFECTS, effect(2, 'select pg_sleep(600);')]);
    const first = deploy.start();
    await waitFor(() => deploy.runs('%pg_sleep(600)%'), { what: 'the statement' });
    first.signal('SIGKILL');
    await waitFor(async () => !(await deploy.runs('%pg_sleep(600)%')), { timeout: 8_000, what: 'the backend to be gone' });
    expect(await deploy.database.query('select version from effects')).toEqual([{ version: 1 }]);
    expect(await deploy.database.query('select version from pawl.applied_migrations')).toEqual([{ version: '1' }]);
  });

  it('W3 kill -9 idle in a transaction: rolled back at once, and done again once', async () => {
    deploy = await createCrashDeploy(THREE);
    await deploy.start({ at: 'idle-in-transaction' }).ended();
    expect(await deploy.database.query('select outcome from pawl.deploys')).toEqual([{ outcome: null }]);
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
    expect(await deploy.database.query(`select count(*)::int from pawl.events where kind = 'deploy.done'`)).toEqual([
      { count: 1 },
    ]);
  });

  it.each<[string, 'client' | 'server', Fate, string[]]>([
    ['COMMIT never arrives', 'client', 'reset', ['1']],
    ['COMMIT sent, reply lost to RST', 'server', 'reset', ['1', '2']],
    ['COMMIT sent, reply lost to FIN', 'server', 'drop', ['1', '2']],
    ['COMMIT sent, reply swallowed by a silent network', 'server', 'blackhole', ['1', '2']],
  ])('W4 %s: exactly once', async (_what, from, fate, committed) => {
    deploy = await createCrashDeploy(THREE);
    const proxy = await startProxy(Number(new URL(deploy.database.url).port));
    let sent = false;
    proxy.rule = (chunk, side) => {
      if (side === 'client' && chunk.includes('effects (version) values (2)')) sent = true;
      return sent && side === from ? fate : 'pass';
    };
    const first = deploy.start({}, { url: proxy.through(deploy.database.url) });
    await waitFor(() => sent, { what: 'the transaction' });
    if (fate === 'blackhole') {
      const reached = async () =>
        (await deploy.database.query(`select from pawl.applied_migrations where version = '2'`)).length > 0;
      await waitFor(reached, { what: 'the commit' });
      first.signal('SIGKILL');
    }
    const last = await first.ended();
    if (fate !== 'blackhole') expect(last).toMatchObject({ kind: 'failed', code: 'CONNECTION_LOST', verdict: 'retry' });
    const ledger = await deploy.database.query<{ version: string }>(
      'select version from pawl.applied_migrations order by position',
    );
    expect(ledger.map((row) => row.version)).toEqual(committed);
    await deploy.finish();
    await proxy.close();
    await expectInvariants(deploy.database, DONE);
  });

  it('W4 kill -9 while COMMIT is under way in the server: the lock is waited for, then the ledger says', async () => {
    // A deferred trigger makes COMMIT itself take its time.
    const slow = `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(2); return null; end $$;
      create constraint trigger slow after insert on effects deferrable initially deferred for each row when (new.version = 2) execute function slow();`;
    deploy = await createCrashDeploy([[EFFECTS[0], EFFECTS[1] + slow], effect(2), effect(3)]);
    const first = deploy.start();
    await waitFor(() => deploy.runs('%values (2)%'), { what: 'the commit to be under way' });
    first.signal('SIGKILL');
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
  });

  it('W5 kill -9 after COMMIT, before anybody is told: the next attempt finds it and says the same', async () => {
    deploy = await createCrashDeploy(THREE);
    const first = deploy.start({ at: 'after-transaction#2' });
    await first.ended();
    const before = await deploy.database.query('select version, applied_at from pawl.applied_migrations order by position');
    expect(before.map((row) => row['version'])).toEqual(['1', '2']);
    await deploy.finish();
    await expectInvariants(deploy.database, DONE);
    const after = await deploy.database.query('select version, applied_at from pawl.applied_migrations order by position');
    expect(after.slice(0, 2)).toEqual(before);
  });

  const MIXED = [
    [EFFECTS[0], `${EFFECTS[1]} create table items as select n as id, n % 7 as kind from generate_series(1, 20000) n;`],
    [
      '2',
      'insert into effects (version) values (2); create index concurrently items_kind on items (kind); insert into effects (version) values (22);',
    ],
    effect(3),
  ] as const;
  const MIXED_DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '22', '3'] };

  it.each(['after-intent', 'before-statement', 'after-statement', 'after-done', 'before-transaction#3', 'after-transaction#2'])(
    'W8 kill -9 %s of CREATE INDEX CONCURRENTLY in a mixed file: goes on at the exact statement',
    async (at) => {
      deploy = await createCrashDeploy(MIXED);
      expect(await deploy.start({ at }).ended()).not.toMatchObject({ kind: 'done' });
      await deploy.finish();
      await expectInvariants(deploy.database, MIXED_DONE);
      expect(await deploy.database.query(`select count(*)::int from pg_indexes where indexname = 'items_kind'`)).toEqual([
        { count: 1 },
      ]);
    },
  );

  it('W8 kill -9 at five random moments of one deploy: everything once', async () => {
    deploy = await createCrashDeploy([
      ...MIXED,
      effect(4, 'select pg_sleep(0.3);'),
      ['5', 'reindex table concurrently items;'],
      effect(6),
    ]);
    const random = randomOf('W8');
    for (let kill = 0; kill < 5; kill += 1) {
      const attempt = deploy.start();
      await waitFor(() => attempt.news.some(({ kind }) => kind === 'begun' || kind === 'failed'), { what: 'the attempt' });
      const after = Math.floor(random() * 10);
      await waitFor(() => attempt.news.length > after || attempt.news.some(({ kind }) => kind === 'done'), {
        what: 'the moment',
      });
      attempt.signal('SIGKILL');
      await attempt.ended();
    }
    await deploy.finish();
    await expectInvariants(deploy.database, {
      versions: ['1', '2', '3', '4', '5', '6'],
      effects: ['1', '2', '22', '3', '4', '6'],
    });
  });
});
