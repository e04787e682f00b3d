import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { breakLock } from '../../../src/engine/acts/break-lock.js';
import { claimLedger } from '../../../src/engine/acts/claim.js';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import type { EngineTarget } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const FILES = [stageOf([migration('1', 'create table a (id int);')])];
const NEXT = [stageOf([...FILES[0]!.migrations, migration('2', 'create table b (id int);')])];
const inside = (environment: string | undefined) => targetOf(database, { environment });
const waits = (owner: EngineTarget) =>
  awaitApplied({ url: owner.url, ledger: owner.ledger, owner, versions: ['1'], within: 10_000 });
const ledger = () => database.query('select environment from pawl.ledger');
const tables = () => database.query(`select tablename from pg_tables where schemaname = 'public' order by 1`);

const REFUSED = { code: 'LEDGER_OTHER_ENVIRONMENT', verdict: 'refused' };

it('the first deploy with an environment gives the ledger that environment, new or old, and says so in the audit', async () => {
  await deployAll(inside(undefined), FILES);
  expect(await ledger()).toEqual([{ environment: null }]);
  await deployAll(inside('staging'), NEXT);
  expect(await ledger()).toEqual([{ environment: 'staging' }]);
  expect(await database.query(`select detail from pawl.events where kind = 'ledger.joined'`)).toEqual([
    { detail: { environment: 'staging' } },
  ]);
});

it.each([
  ['production into staging', 'production', 'staging'],
  ['an environment that is no longer named', 'production', undefined],
])('refused before anything is written, by whatever would use the ledger: %s', async (_, was, now) => {
  await deployAll(inside(was), FILES);
  const before = await database.query('select l.*, (select count(*) from pawl.events) from pawl.lease l');
  // With a fault of the files too: whose database it is comes first.
  const renamed = [stageOf([migration('1', 'create table a (id int);', { name: '1_renamed.sql' })])];
  for (const stages of [NEXT, renamed]) await expect(deployAll(inside(now), stages)).rejects.toMatchObject(REFUSED);
  await expect(planTarget(inside(now), NEXT)).rejects.toMatchObject(REFUSED);
  await expect(verifyTarget(inside(now), NEXT)).rejects.toMatchObject(REFUSED);
  await expect(breakLock(inside(now), { by: 'ann', reason: 'try' })).rejects.toMatchObject(REFUSED);
  await expect(waits(inside(now))).rejects.toMatchObject(REFUSED);
  await waits(inside(was));
  expect(await database.query('select l.*, (select count(*) from pawl.events) from pawl.lease l')).toEqual(before);
  expect(await tables()).toEqual([{ tablename: 'a' }]);
});

it("another target's ledger is refused as such, also where its files have other names", async () => {
  await deployAll(targetOf(database), FILES);
  const foreign = targetOf(database, { name: 'billing' });
  const renamed = [stageOf([migration('1', 'create table a (id int);', { name: '1_renamed.sql' })])];
  await expect(deployAll(foreign, renamed)).rejects.toMatchObject({ code: 'LEDGER_FOREIGN_TARGET' });
  await expect(planTarget(foreign, renamed)).rejects.toMatchObject({ code: 'LEDGER_FOREIGN_TARGET' });
  await expect(verifyTarget(foreign, renamed)).rejects.toMatchObject({ code: 'LEDGER_FOREIGN_TARGET' });
  await expect(waits(foreign)).rejects.toMatchObject({ code: 'LEDGER_FOREIGN_TARGET' });
});

it("a copy of production becomes staging's by a claim: with an id of its own, without the copied lease, in the audit", async () => {
  // The copy was made while a deploy of production had the lease.
  await begin(inside('production'), FILES);
  const [{ id } = {}] = await database.query('select id from pawl.ledger');
  const owner = { deployId: randomUUID(), epoch: 0, attempt: Date.now() };
  const request = { from: 'production', by: 'ann', reason: 'restored for the rehearsal' };
  await claimLedger(inside('staging'), owner, request, recorder());
  expect(await database.query('select environment, id <> $1 as other from pawl.ledger', [id])).toEqual([
    { environment: 'staging', other: true },
  ]);
  expect(await database.query(`select by, reason, detail from pawl.events where kind = 'ledger.claimed'`)).toEqual([
    { by: 'ann', reason: request.reason, detail: { from: 'production', to: 'staging', id, role: expect.any(String) as string } },
  ]);
  await deployAll(inside('staging'), FILES);
  await expect(deployAll(inside('production'), FILES)).rejects.toMatchObject(REFUSED);
});

it('a claim of something else than was said changes nothing', async () => {
  const owner = { deployId: randomUUID(), epoch: 0, attempt: Date.now() };
  const claim = (from: string) => claimLedger(inside('staging'), owner, { from, by: 'ann', reason: 'x' }, recorder());
  await expect(claim('production')).rejects.toMatchObject({ code: 'CLAIM_IMPOSSIBLE' });
  await deployAll(inside('test'), FILES);
  await expect(claim('production')).rejects.toMatchObject({
    code: 'CLAIM_IMPOSSIBLE',
    message: 'the ledger belongs to test, not to production; nothing was changed',
  });
  expect(await ledger()).toEqual([{ environment: 'test' }]);
});
