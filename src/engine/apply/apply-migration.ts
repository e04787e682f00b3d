import { describeSession } from '../../text/session.js';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { recordEvent } from '../ledger/events.js';
import type { Mirror } from '../legacy/mirror.js';
import { applicationName } from '../lease/application.js';
import { appliedRows } from './applied-rows.js';
import type { ApplyContext } from './context.js';
import { observed, type Observed } from './observer.js';
import { asOurselves } from './own-rows.js';
import type { Prepared } from './prepared.js';
import { Stepwise, type StepwiseOptions } from './stepwise.js';
import { endTransaction, sendTransaction, type SentTransaction } from './transaction.js';

export interface ApplyOptions extends StepwiseOptions {
  /** Its one transaction, on its way already (see {@link sendWhole}); without it the migration goes step by step. */
  readonly sent?: SentTransaction | undefined;
}

/** Whom a migration waited for, and for how many milliseconds. */
export interface Wait {
  readonly migration: Migration;
  readonly seen: Observed;
}

/**
 * Applies one migration that is not in the ledger, on a session that holds the lock. When it returns, the migration and its row are
 * committed; when it throws, nothing of the current segment is, and the segments before it are remembered in the journal.
 * @returns what it waited for; the caller records it when the session is free
 */
export async function applyMigration(
  context: ApplyContext,
  prepared: Prepared,
  options: ApplyOptions,
): Promise<Wait | undefined> {
  const { session, target, control } = context;
  const { migration } = prepared;
  const doing = { version: migration.version, name: migration.name, doing: 'applying', applied: options.applied };
  control.report(doing);
  return observed(session, target, control, doing, async (seen) => {
    try {
      if (options.sent) await endTransaction(session, options.sent);
      else await new Stepwise(context, prepared, options, seen).run();
    } catch (error) {
      if (isLockTimeout(error)) await recordWait(context, { migration, seen });
      throw withBlockers(error, seen);
    }
    return seen.waited === 0 ? undefined : { migration, seen };
  });
}

/**
 * Sends a migration that is one transaction.
 * @param before runs now, and lets others follow
 */
export function sendWhole(
  context: ApplyContext,
  prepared: Prepared,
  options: { readonly mirror: Mirror | undefined; readonly unflushed: boolean },
  before?: SentTransaction,
): SentTransaction {
  const { session, target, owner } = context;
  const { migration, statements } = prepared;
  const part = {
    migration,
    statements,
    start: 0,
    end: migration.sql.length,
    rows: appliedRows(context, prepared, options.mirror, 0),
    application: applicationName(owner, migration.version),
    fresh: true,
    reset: true,
    showValues: target.showValues,
    unflushed: options.unflushed,
  };
  return sendTransaction(session, part, before);
}

/** Who was waited for and how long goes into the audit; a wait that cannot be told of there is in Temporal's history. */
export async function recordWait({ session, target, owner }: ApplyContext, { migration, seen }: Wait): Promise<void> {
  if (seen.waited === 0) return;
  const { version, name } = migration;
  const blockers = seen.waitsFor.map(({ pid, application, user, state }) => ({ pid, application, user, state }));
  const detail = { name, milliseconds: seen.waited, blockers };
  const event = { kind: 'migration.waited', deployId: owner.deployId, version, detail } as const;
  await asOurselves(session.client, () => recordEvent(session.client, target, event)).catch(() => undefined);
}

function isLockTimeout(error: unknown): error is EngineError {
  return error instanceof EngineError && error.code === 'LOCK_TIMEOUT';
}

function withBlockers(error: unknown, seen: Observed): unknown {
  if (!isLockTimeout(error) || seen.waitsFor.length === 0) return error;
  const names = seen.waitsFor.map(describeSession);
  return new EngineError(error.code, error.verdict, `${error.message}; blocked by ${names.join(', ')}`, {
    next: error.next,
    place: error.place,
    excerpt: error.excerpt,
    sqlstate: error.sqlstate,
    version: error.version,
    cause: error.cause,
  });
}
