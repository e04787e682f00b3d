import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { awaitApplied } from '../../src/engine/ledger/await.js';
import { endAttempts, finishDeployOf, startAttempt, type AttemptOrder } from '../support/attempt.js';
import { effect, EFFECTS } from '../support/crash-deploy.js';
import { expectInvariants } from '../support/invariants.js';
import { createPrivatePostgres, type PrivatePostgres } from '../support/private-postgres.js';
import { waitFor } from '../support/wait.js';

let postgres: PrivatePostgres;
beforeAll(async () => {
  postgres = await createPrivatePostgres();
  // Nothing but Pawl itself brings a commit to the disk while a test runs.
  await postgres.query(`alter system set wal_writer_delay = '10s'`);
  await postgres.query(`alter system set wal_writer_flush_after = '1GB'`);
  await postgres.stop('fast');
  await postgres.start();
});
afterAll(() => postgres?.remove());
beforeEach(() => postgres.query('drop schema public cascade; create schema public; drop schema if exists pawl cascade'));
afterEach(endAttempts);

const LENGTH = 120;
const VERSIONS = Array.from({ length: LENGTH }, (_, n) => String(n + 1));
const RUN = [EFFECTS, ...VERSIONS.slice(1).map((version) => effect(Number(version), 'select pg_sleep(0.03);'))];

const order = (migrations: AttemptOrder['migrations']): AttemptOrder => ({
  url: postgres.url,
  deployId: randomUUID(),
  owner: 'temporal/test/crash',
  migrations,
  milliseconds: 60_000,
});

const ledger = async (): Promise<string[]> =>
  (await postgres.query<{ version: string }>('select version from pawl.applied_migrations order by position')).map(
    ({ version }) => version,
  );

describe('a run of migrations whose commits do not wait for the disk', () => {
  it.each(['immediate', 'kill'] as const)(
    'P1 %s stop amid unflushed commits: they are lost with their effects, nobody was told of them, then each once',
    async (mode) => {
      const deploy = order(RUN);
      const told = new Set<string>();
      const watching = VERSIONS.filter((_, n) => n % 6 === 0).map((version) =>
        awaitApplied({ url: postgres.url, ledger: 'pawl', versions: [version], within: 100_000 }).then(
          () => told.add(version),
          () => undefined,
        ),
      );
      const first = startAttempt(deploy);
      const seen = await waitFor(async () => (await ledger()).length >= 80 && ledger(), { what: 'eighty migrations' });
      await postgres.stop(mode);
      const toldBefore = [...told];
      expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'retry' });
      expect(first.news.filter(({ kind }) => kind === 'applied')).toEqual([]);
      await postgres.start();
      const left = await ledger();
      expect(left.length).toBeLessThan(seen.length);
      expect(left).toEqual(VERSIONS.slice(0, left.length));
      expect(left).toEqual(expect.arrayContaining(toldBefore));
      if (left.length > 0) {
        const effects = await postgres.query<{ version: string }>('select version::text from effects order by id');
        expect(effects.map(({ version }) => version)).toEqual(left);
      }
      await finishDeployOf(deploy);
      await waitFor(() => told.size === watching.length, { what: 'everybody to be told' });
      await Promise.all(watching);
      await expectInvariants(postgres, { versions: VERSIONS, effects: VERSIONS });
    },
  );

  it('P1 kill stop between the last commit and its flush: not reported, then each once', async () => {
    const deploy = order(RUN.slice(0, 10));
    const first = startAttempt(deploy, { at: 'before-flush', with: 'SIGSTOP' });
    await waitFor(() => first.stopped(), { what: 'the pause before the flush' });
    expect(await ledger()).toHaveLength(10);
    await postgres.stop('kill');
    first.signal('SIGCONT');
    expect(await first.ended()).toMatchObject({ kind: 'failed', verdict: 'retry' });
    expect(first.news.filter(({ kind }) => kind === 'applied')).toEqual([]);
    await postgres.start();
    expect((await ledger()).length).toBeLessThan(10);
    await finishDeployOf(deploy);
    await expectInvariants(postgres, { versions: VERSIONS.slice(0, 10), effects: VERSIONS.slice(0, 10) });
  });
});
