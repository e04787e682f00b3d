import { crashPoint } from '../crash-point.js';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { writeIntent, type Intent } from '../ledger/intents.js';
import { literal } from '../postgres/quote.js';
import { resetStatements } from '../postgres/settings.js';
import { isConnectionLoss, isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import type { ApplyContext } from './context.js';
import type { Observed } from './observer.js';
import type { Remembered } from './online/statement.js';
import type { Segment } from './segments.js';
import { sqlFailure } from './sql-failure.js';
import { runScript } from './script.js';

export interface OnlineRun extends ApplyContext {
  readonly migration: Migration;
  readonly segment: Extract<Segment, { kind: 'online' }>;
  readonly hash: string;
  /** The journal's entry of an earlier attempt. */
  readonly earlier: Intent | undefined;
  /** Rows that say it is done, for the transaction that ends it. */
  readonly rows: () => readonly string[];
  readonly reset: boolean;
  readonly seen: Observed;
}

/**
 * Runs one statement that cannot be in a transaction: intent row, look at the catalog, recovery of a broken earlier attempt,
 * the statement, a second look, done row. Timeouts are off while it runs: lock_timeout would hit the waits that CONCURRENTLY is made of
 * and leave an INVALID index; client_connection_check_interval would turn the death of this process into one.
 */
export async function runOnline(run: OnlineRun): Promise<void> {
  const { session, target, owner, migration, segment, earlier } = run;
  const { online } = segment;
  const resumed = earlier !== undefined;
  const before = earlier?.detail ?? (await online.remember(session));
  await commit(run, [
    writeIntent(target.ledger, owner, migration.version, {
      statement: segment.first,
      hash: run.hash,
      state: 'running',
      detail: before,
    }),
  ]);
  crashPoint('after-intent');

  let found = await online.probe(session, before, resumed);
  if (found === 'broken') {
    await withoutTimeouts(run, () => online.recover(session, before));
    found = await online.probe(session, before, resumed);
  }
  crashPoint('before-statement');
  if (found !== 'done') {
    await withoutTimeouts(run, () => execute(run, before));
    crashPoint('after-statement');
    await verify(run, before);
  }
  await commit(run, run.rows(), run.reset ? resetStatements(session.settings) : undefined);
  crashPoint('after-done');
}

/** Where the statement fails (duplicate keys, a cancel) what it left behind is cleared away at once, not by the next attempt. */
async function execute(run: OnlineRun, before: Remembered): Promise<void> {
  const { session, migration, segment, target, seen } = run;
  const { error } = await runScript(session.client, segment.online.sql);
  if (!error) return;
  if (!isConnectionLoss(error)) {
    seen.cancellable = false;
    await clearAway(run, before);
  }
  const failure = sqlFailure(error, { migration, statement: segment.statement, showValues: target.showValues });
  throw (await segment.online.explain?.(session, failure)) ?? failure;
}

/**
 * A cancel that was on its way when the statement ended may hit the clean-up in its stead; then it is begun again. Where it would have to
 * wait longer for others than a migration may (they made the statement wait in the first place), it is left to the next attempt: a cancel
 * must not hang on them. Until then the plan names what is INVALID.
 */
async function clearAway(run: OnlineRun, before: Remembered, attempts = 3): Promise<void> {
  const { session, segment, target } = run;
  try {
    await session.client.query(`set lock_timeout = ${target.lockTimeout}`);
    if ((await segment.online.probe(session, before, true)) === 'broken') await segment.online.recover(session, before);
  } catch (error) {
    if (!isServerError(error)) throw error;
    if (error.code === STATE.lockNotAvailable) return;
    if (error.code !== STATE.queryCanceled || attempts === 1) throw error;
    await clearAway(run, before, attempts - 1);
  }
}

/** The command tag is not trusted: what must be there is looked up. */
async function verify(run: OnlineRun, before: Remembered): Promise<void> {
  const { session, migration, segment } = run;
  if (!segment.online.verifiable || (await segment.online.probe(session, before, true)) === 'done') return;
  throw new EngineError(
    'INDEX_INVALID',
    'retry',
    `${migration.path}: ${segment.online.title} ended, but its result is not valid`,
    {
      next: 'The next attempt clears it away and builds it again.',
      version: migration.version,
    },
  );
}

async function withoutTimeouts({ session }: OnlineRun, work: () => Promise<void>): Promise<void> {
  const off = ['lock_timeout', 'statement_timeout', 'client_connection_check_interval'];
  const { rows } = await session.client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) name',
    [off],
  );
  await session.client.query(off.map((name) => `set ${name} = 0`).join('; '));
  await work();
  await session.client.query(rows.map(({ name, value }) => `set ${name} = ${literal(value)}`).join('; '));
}

/** Our own rows in a transaction of ours; the fence fires at its COMMIT. */
async function commit({ session, migration, target }: OnlineRun, rows: readonly string[], after?: string): Promise<void> {
  const { error } = await runScript(
    session.client,
    ['begin', 'set local role none', ...rows, 'commit', ...(after ? [after] : [])].join('; '),
  );
  if (!error) return;
  if (!isConnectionLoss(error)) await session.client.query('rollback');
  throw sqlFailure(error, { migration, showValues: target.showValues });
}
