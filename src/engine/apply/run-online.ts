import type pg from 'pg';
import { crashPoint } from '../crash-point.js';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { withdrawIntent, writeIntent, type Intent } from '../ledger/intents.js';
import { ask } from '../postgres/ask.js';
import { withCatalogFirst } from '../postgres/catalog-first.js';
import type { Session } from '../postgres/connect.js';
import { literal } from '../postgres/quote.js';
import { resetStatements } from '../postgres/settings.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import type { ApplyContext } from './context.js';
import type { Observed } from './observer.js';
import type { OnlineStatement, Remembered } from './online/statement.js';
import { commitRows } from './own-rows.js';
import type { Segment } from './segments.js';
import { sqlFailure } from './sql-failure.js';
import { runScript } from './script.js';

export interface OnlineRun extends ApplyContext {
  readonly migration: Migration;
  readonly segment: Extract<Segment, { kind: 'online' }>;
  /** The entry in the journal that says that it is under way. */
  readonly intent: Intent;
  /** That of an earlier attempt. */
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
  const { session, target, owner, intent, earlier } = run;
  const online = guarded(run);
  const before = earlier?.detail ?? (await online.remember(session));
  const { title, verifiable } = online;
  const detail = { ...before, ...intent.detail, title, ...(!verifiable && { repeatable: true }) };
  await commitRows(session, run.migration, [writeIntent(target.ledger, owner, { ...intent, detail })]);
  crashPoint('after-intent');

  let found = await online.probe(session, before, earlier !== undefined);
  if (found === 'broken') {
    await withoutTimeouts(run, () => online.recover(session, before));
    found = await online.probe(session, before, earlier !== undefined);
  }
  crashPoint('before-statement');
  if (found !== 'done') {
    await withoutTimeouts(run, () => execute(run, online, before));
    crashPoint('after-statement');
    await verify(run, online, before);
  }
  await commitRows(session, run.migration, run.rows(), run.reset ? resetStatements(session.settings) : undefined);
  crashPoint('after-done');
}

/** What PostgreSQL says to the looks of a statement is about the objects of the user's, at the place of the statement. */
function guarded({ segment, migration, target }: OnlineRun): OnlineStatement {
  const { online, statement } = segment;
  const guard = async <T>({ client }: Session, look: () => Promise<T>): Promise<T> => {
    try {
      return await withCatalogFirst(client, look);
    } catch (error) {
      throw isServerError(error) ? sqlFailure(error, { migration, statement, showValues: target.showValues }) : error;
    }
  };
  return {
    ...online,
    remember: (session) => guard(session, () => online.remember(session)),
    probe: (session, before, resumed) => guard(session, () => online.probe(session, before, resumed)),
    holds: (session, before) =>
      guard(
        session,
        () => online.holds?.(session, before) ?? online.probe(session, before, true).then((found) => found === 'done'),
      ),
    recover: (session, before) => guard(session, () => asWhoMay(session.client, () => online.recover(session, before))),
  };
}

/**
 * Looks and clears away as whoever the file has become, who may drop what they have built. Only what a rebuild leaves may be another's: MAINTAIN
 * (PostgreSQL 17) lets a role rebuild an index, not drop a copy of it. Then it is dropped as ourselves.
 */
async function asWhoMay(client: pg.Client, work: () => Promise<void>): Promise<void> {
  try {
    return await work();
  } catch (error) {
    if (!isServerError(error) || error.code !== STATE.insufficientPrivilege) throw error;
  }
  const { rows } = await client.query<{ session: string; role: string }>(
    `select pg_catalog.current_setting('session_authorization') as session, pg_catalog.current_setting('role') as role`,
  );
  await client.query('set session authorization default; reset role');
  await work();
  await client.query(`set session authorization ${literal(rows[0]!.session)}; set role ${literal(rows[0]!.role)}`);
}

/**
 * Where the statement fails (duplicate keys, a cancel) what it left behind is cleared away at once, not by the next attempt; once nothing
 * is left its entry goes too, so that the file may be corrected in any way.
 */
async function execute(run: OnlineRun, online: OnlineStatement, before: Remembered): Promise<void> {
  const { session, migration, segment, target, seen, owner } = run;
  const { error, lost } = await runScript(session.client, segment.online.sql);
  if (!error) return;
  if (!lost) {
    seen.cancellable = false;
    if (await clearAway(run, online, before))
      await commitRows(session, migration, [withdrawIntent(target.ledger, owner, run.intent)]);
    else seen.left = `what ${online.title} has left`;
  }
  const failure = sqlFailure(error, { migration, statement: segment.statement, showValues: target.showValues, lost });
  throw (await online.explain?.(session, failure)) ?? failure;
}

/**
 * A cancel that was on its way when the statement ended may hit the clean-up in its stead; then it is begun again. Where it would have to
 * wait longer for others than a migration may (they made the statement wait in the first place), it is left to the next attempt: a cancel
 * must not hang on them. Until then the plan names what is INVALID.
 * @returns whether nothing of the statement is left
 */
async function clearAway(run: OnlineRun, online: OnlineStatement, before: Remembered, attempts = 3): Promise<boolean> {
  const { session, target } = run;
  try {
    await session.client.query(`set lock_timeout = ${target.lockTimeout}`);
    if ((await online.probe(session, before, true)) === 'broken') await online.recover(session, before);
    return (await online.probe(session, before, true)) === 'absent';
  } catch (error) {
    const sqlstate = error instanceof EngineError ? error.sqlstate : isServerError(error) ? error.code : undefined;
    if (sqlstate === STATE.lockNotAvailable) return false;
    if (sqlstate !== STATE.queryCanceled) throw error;
    return attempts > 1 && clearAway(run, online, before, attempts - 1);
  }
}

/** The command tag is not trusted: what must be there is looked up. */
async function verify({ session, migration }: OnlineRun, online: OnlineStatement, before: Remembered): Promise<void> {
  if (!online.verifiable || (await online.holds?.(session, before))) return;
  throw new EngineError('INDEX_INVALID', 'retry', `${migration.path}: ${online.title} ended, but its result is not valid`, {
    next: 'The next attempt clears it away and builds it again.',
    version: migration.version,
  });
}

async function withoutTimeouts({ session }: OnlineRun, work: () => Promise<void>): Promise<void> {
  const off = ['lock_timeout', 'statement_timeout', 'client_connection_check_interval'];
  const settings = off.map((name) => `pg_catalog.current_setting('${name}') as ${name}`);
  const before = await ask<Readonly<Record<string, string>>>(session.client, settings);
  await session.client.query(off.map((name) => `set ${name} = 0`).join('; '));
  await work();
  await session.client.query(off.map((name) => `set ${name} = ${literal(before[name])}`).join('; '));
}
