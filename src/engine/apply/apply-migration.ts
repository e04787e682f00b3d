import { createHash } from 'node:crypto';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { recordEvent } from '../ledger/events.js';
import { putApplied } from '../ledger/applied.js';
import { forgetIntents, readIntents, writeIntent, type Intent } from '../ledger/intents.js';
import type { Mirror } from '../legacy/mirror.js';
import { applicationName } from '../lease/application.js';
import type { ApplyContext } from './context.js';
import { observed, type Observed } from './observer.js';
import type { Prepared } from './prepared.js';
import { runOnline } from './run-online.js';
import { statementsOf } from './segments.js';
import { endTransaction, runTransaction, sendTransaction, type SentTransaction } from './transaction.js';

export interface ApplyOptions {
  readonly applied: number;
  /** Rows for the tracker of the tool that was here before. */
  readonly mirror?: Mirror | undefined;
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
      else await applyStepwise(context, prepared, options, seen);
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
  options: Pick<ApplyOptions, 'mirror'> & { readonly unflushed: boolean },
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
    reset: true,
    showValues: target.showValues,
    unflushed: options.unflushed,
  };
  return sendTransaction(session, part, before);
}

/** Rows that say the migration is applied; they commit with the end of it. */
function appliedRows(
  { target, owner, stage }: ApplyContext,
  { migration, statementsChecksum, late }: Prepared,
  mirror: Mirror | undefined,
  before: number,
): string[] {
  const row = { migration, statementsChecksum, stage, late, source: 'applied' as const, before };
  return [...putApplied(target.ledger, owner, row), ...(mirror?.add(migration) ?? [])];
}

/** A migration of several segments: each commits with its journal rows, the last one with the row of the applied set. */
async function applyStepwise(context: ApplyContext, prepared: Prepared, options: ApplyOptions, seen: Observed): Promise<void> {
  const { session, target, owner, control } = context;
  const { migration, segments } = prepared;
  const started = Date.now();
  const numbered = segments.flatMap(statementsOf);
  const hashes = numbered.map((statement) => createHash('sha256').update(statement.text).digest('hex'));
  const journal = await readIntents(session.client, target.ledger, migration.version);
  refuseEditedHistory(migration, journal, hashes);
  const done = new Set(journal.filter((intent) => intent.state === 'done').map((intent) => intent.statement));
  const last = segments.at(-1)!;

  for (const segment of segments) {
    control.signal.throwIfAborted();
    if (done.has(segment.first) && segment.kind !== 'session' && segment !== last) continue;
    seen.statement = segment.first + 1;
    control.report({
      version: migration.version,
      name: migration.name,
      doing: segment.kind === 'step' ? `applying (${segment.step.title})` : 'applying',
      statement: seen.statement,
      applied: options.applied,
    });
    const own = statementsOf(segment);
    const rows = (): string[] => [
      ...own.map((_, n) => {
        const statement = segment.first + n;
        return writeIntent(target.ledger, owner, migration.version, {
          statement,
          hash: hashes[statement]!,
          state: 'done',
          detail: {},
        });
      }),
      ...(segment === last
        ? [
            ...appliedRows(context, prepared, options.mirror, Date.now() - started),
            forgetIntents(target.ledger, migration.version),
          ]
        : []),
    ];
    if (segment.kind === 'online') {
      const earlier = journal.find((intent) => intent.statement === segment.first);
      await runOnline({
        ...context,
        migration,
        segment,
        hash: hashes[segment.first]!,
        earlier,
        rows,
        reset: segment === last,
        seen,
      });
    } else {
      const step = segment.kind === 'step' ? segment.step : undefined;
      const instead = step && ((await step.prepare(session)) ?? '');
      await runTransaction(session, {
        migration,
        statements: own,
        start: own[0]!.start,
        end: own.at(-1)!.end,
        instead,
        rows: rows(),
        application: applicationName(owner, migration.version),
        reset: segment === last,
        showValues: target.showValues,
      }).catch(async (error: unknown) => {
        throw step?.explain && error instanceof EngineError ? await step.explain(session, error) : error;
      });
    }
  }
}

/** What has run cannot be edited any more; what comes after it can. */
function refuseEditedHistory(migration: Migration, journal: readonly Intent[], hashes: readonly string[]): void {
  const edited = journal.find((intent) => intent.state === 'done' && hashes[intent.statement] !== intent.hash);
  if (!edited) return;
  throw new EngineError(
    'LEDGER_EDITED',
    'blocked',
    `${migration.path}: statement ${edited.statement + 1} is committed already, and its text was changed since`,
    {
      next: 'Restore the statements that have run and change only those after them; or put the correction into a new migration.',
      version: migration.version,
    },
  );
}

/** Who was waited for and how long goes into the audit; a wait that cannot be told of there is in Temporal's history. */
export async function recordWait({ session, target, owner }: ApplyContext, { migration, seen }: Wait): Promise<void> {
  if (seen.waited === 0) return;
  const { version, name } = migration;
  const blockers = seen.waitsFor.map(({ pid, application, user, state }) => ({ pid, application, user, state }));
  const detail = { name, milliseconds: seen.waited, blockers };
  await recordEvent(session.client, target, { kind: 'migration.waited', deployId: owner.deployId, version, detail }).catch(
    () => undefined,
  );
}

function isLockTimeout(error: unknown): error is EngineError {
  return error instanceof EngineError && error.code === 'LOCK_TIMEOUT';
}

function withBlockers(error: unknown, seen: Observed): unknown {
  if (!isLockTimeout(error) || seen.waitsFor.length === 0) return error;
  const names = seen.waitsFor.map(
    (session) =>
      `session ${session.pid} (${session.application || 'no application name'}, user ${session.user}, ${session.state}, ${session.seconds} s)`,
  );
  return new EngineError(error.code, error.verdict, `${error.message}; blocked by ${names.join(', ')}`, {
    next: error.next,
    place: error.place,
    excerpt: error.excerpt,
    sqlstate: error.sqlstate,
    version: error.version,
    cause: error.cause,
  });
}
