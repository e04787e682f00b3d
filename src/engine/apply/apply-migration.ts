import { createHash } from 'node:crypto';
import { EngineError } from '../error.js';
import { fingerprint } from '../files/fingerprint.js';
import type { Migration } from '../files/migration.js';
import type { Statement } from '../files/statements.js';
import { recordEvent } from '../ledger/events.js';
import { putApplied } from '../ledger/applied.js';
import { forgetIntents, readIntents, writeIntent, type Intent } from '../ledger/intents.js';
import type { Mirror } from '../legacy/mirror.js';
import { applicationName } from '../lease/application.js';
import type { ApplyContext } from './context.js';
import { inspectMigration } from './inspect.js';
import { observed, type Observed } from './observer.js';
import { runOnline } from './run-online.js';
import { segmentsOf, statementsOf, type Segment, type StepsOf } from './segments.js';
import { runTransaction } from './transaction.js';

export interface ApplyOptions {
  readonly late: boolean;
  /** See {@link runTransaction}; only an ordinary migration inside a run can be so. */
  readonly unflushed: boolean;
  readonly applied: number;
  /** Its statements, where they are parsed already. */
  readonly statements?: readonly Statement[] | undefined;
  /** Statements that are put on in several steps. */
  readonly stepsOf?: StepsOf | undefined;
  /** Rows for the tracker of the tool that was here before. */
  readonly mirror?: Mirror | undefined;
}

/**
 * Applies one migration that is not in the ledger, on a session that holds the lock. When it returns, the migration and its row are
 * committed; when it throws, nothing of the current segment is, and the segments before it are remembered in the journal.
 */
export async function applyMigration(context: ApplyContext, migration: Migration, options: ApplyOptions): Promise<void> {
  const { session, target, control } = context;
  const statements = options.statements ?? inspectMigration(migration);
  const segments = segmentsOf(migration, statements, options.stepsOf);
  const rows = (before: number): string[] => [
    ...putApplied(target.ledger, context.owner, {
      migration,
      statementsChecksum: fingerprint(statements),
      stage: context.stage,
      late: options.late,
      source: 'applied',
      before,
    }),
    ...(options.mirror?.add(migration) ?? []),
  ];
  const doing = { version: migration.version, name: migration.name, doing: 'applying', applied: options.applied };
  control.report(doing);
  await observed(session, target, control, doing, async (seen) => {
    try {
      if (segments.length === 0 || (segments.length === 1 && segments[0]!.kind === 'transaction'))
        await applyWhole(context, migration, statements, options, rows);
      else await applyStepwise(context, migration, segments, options, rows, seen);
    } catch (error) {
      if (isLockTimeout(error)) await recordWait(context, migration, seen);
      throw withBlockers(error, seen);
    }
    await recordWait(context, migration, seen);
  });
}

/** Rows that say the migration is applied; they commit with the end of it. */
type AppliedRows = (before: number) => string[];

async function applyWhole(
  context: ApplyContext,
  migration: Migration,
  statements: readonly Statement[],
  options: ApplyOptions,
  applied: AppliedRows,
): Promise<void> {
  const { session, target, owner } = context;
  await runTransaction(session, {
    migration,
    statements,
    start: 0,
    end: migration.sql.length,
    rows: applied(0),
    application: applicationName(owner, migration.version),
    reset: true,
    showValues: target.showValues,
    unflushed: options.unflushed,
  });
}

/** A migration of several segments: each commits with its journal rows, the last one with the row of the applied set. */
async function applyStepwise(
  context: ApplyContext,
  migration: Migration,
  segments: readonly Segment[],
  options: ApplyOptions,
  applied: AppliedRows,
  seen: Observed,
): Promise<void> {
  const { session, target, owner, control } = context;
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
      ...(segment === last ? [...applied(Date.now() - started), forgetIntents(target.ledger, migration.version)] : []),
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
async function recordWait({ session, target, owner }: ApplyContext, { version, name }: Migration, seen: Observed): Promise<void> {
  if (seen.waited === 0) return;
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
