import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { batchesOf } from '../support/backfill.js';
import { randomOf } from '../support/crash-seed.js';
import { expectInvariants } from '../support/invariants.js';
import { waitFor } from '../support/wait.js';

let deploy: CrashDeploy;
afterEach(() => deploy?.end());

const ROWS = 3_000;
const TABLE = `${EFFECTS[1]} create table items (id int primary key, n int not null default 0); insert into items select generate_series(1, ${ROWS});`;
const FILES = [[EFFECTS[0], TABLE], ['2', '-- pawl:backfill items by id\nupdate items set n = n + 1;'], effect(3)] as const;
const start = (): Promise<CrashDeploy> => createCrashDeploy(FILES, { backfill: batchesOf(20, { vacuumEvery: 500 }) });
const DONE = { versions: ['1', '2', '3'], effects: ['1', '3'] };

async function expectEachOnce(): Promise<void> {
  await expectInvariants(deploy.database, DONE);
  expect(await deploy.database.query('select n, count(*)::int from items group by n')).toEqual([{ n: 1, count: ROWS }]);
  expect(await deploy.database.query('select rows::int, batches::int from pawl.backfills')).toEqual([
    { rows: ROWS, batches: ROWS / 20 },
  ]);
}

it('W10 kill -9 at each step of a batch, and at random moments: each row once', async () => {
  deploy = await start();
  for (const at of ['before-batch#1', 'in-batch#7', 'after-batch#9']) await deploy.start({ at }).ended();
  const random = randomOf('backfill');
  for (let kill = 0; kill < 3; kill++) {
    const attempt = deploy.start();
    await waitFor(() => attempt.news.some((news) => news.kind === 'progress' && (news.progress.backfill?.rows ?? 0) > 0), {
      what: 'the first batch',
    });
    await sleep(random() * 120);
    attempt.signal('SIGKILL');
    await attempt.ended();
  }
  await deploy.finish();
  await expectEachOnce();
});

it('W10 SIGSTOP in a batch, the next attempt finishes, SIGCONT: the zombie changes nothing', async () => {
  deploy = await start();
  const zombie = deploy.start({ at: 'in-batch#5', with: 'SIGSTOP' });
  await waitFor(() => zombie.stopped(), { what: 'the pause in a batch' });
  // Whoever waits for a row of that batch does so for two seconds, not until somebody takes over.
  await deploy.database.query(`set statement_timeout = '10s'; update items set n = n where id between 81 and 100`);
  await deploy.finish();
  zombie.signal('SIGCONT');
  expect(await zombie.ended()).not.toMatchObject({ kind: 'done' });
  await expectEachOnce();
});
