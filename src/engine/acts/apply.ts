import { Unfinished } from '../apply/backfill/unfinished.js';
import { hearNotices } from '../apply/notices.js';
import { asOurselves } from '../apply/own-rows.js';
import type { BackfillProgress, Control } from '../control.js';
import { EngineError } from '../error.js';
import { loadGrammar } from '../files/statements.js';
import { recordEvent } from '../ledger/events.js';
import { readApplied, readAppliedSince, readAppliedVersions, type AppliedMigration } from '../ledger/applied.js';
import type { Contents } from '../ledger/contents.js';
import { readJournal } from '../ledger/intents.js';
import { mirrorOf } from '../legacy/mirror.js';
import { withLock } from '../lease/with-lock.js';
import { pendingOf, upToDate } from '../plan/pending.js';
import type { MigrationStage } from '../files/stage.js';
import type { Session } from '../postgres/connect.js';
import type { EngineTarget, Owner } from '../target.js';
import { flush } from './flush.js';
import { notAgainAndAgain } from './recurrence.js';
import { Run } from './run.js';

export interface ApplyRequest {
  readonly target: EngineTarget;
  readonly owner: Owner;
  readonly stage: MigrationStage;
  /** What this deploy added to the ledger after this position counts as done by this request: an earlier attempt may have done it. */
  readonly after: number;
  /** At most so many migrations, counted from `after`. */
  readonly limit: number;
  /** Stop between migrations after so many milliseconds, so that a hold is heard in time. */
  readonly milliseconds: number;
  /** At most so many milliseconds on a backfill, which goes on with the next request; without it, it is worked on to its end. */
  readonly backfillMilliseconds?: number | undefined;
}

export interface ApplyOutcome {
  readonly applied: readonly AppliedMigration[];
  readonly remaining: number;
  /** How far the backfill is that is under way; one that was begun and not ended. */
  readonly backfill?: BackfillProgress | undefined;
}

/**
 * Applies the next pending migrations of a stage, one transaction each, and returns what the ledger says was done.
 * Safe to call again after any failure at any point: the ledger decides what is next.
 *
 * Commits of a run do not wait for the disk one by one: row and DDL are lost together or not at all, in order, and the ledger decides
 * what is next. What tells anybody outside that they are applied comes after one flush at the end.
 */
export async function applyPending(request: ApplyRequest, control: Control): Promise<ApplyOutcome> {
  const { target, owner } = request;
  const deadline = Date.now() + request.milliseconds;
  await loadGrammar();
  for (;;) {
    const { outcome, outdated } = await withLock(target, owner, control, (session) =>
      applyOn(session, request, { control, deadline }),
    );
    if (!outdated || outcome.remaining === 0 || outcome.backfill || Date.now() > deadline) return outcome;
  }
}

interface Applied {
  readonly outcome: ApplyOutcome;
  /** A migration changed what sessions begin with: the next one needs a session that began after it. */
  readonly outdated: boolean;
}

/** As one call of {@link applyPending}, on a session that holds the lock and the lease, and has the settings of the target. */
async function applyOn(session: Session, request: Omit<ApplyRequest, 'milliseconds'>, settings: Running): Promise<Applied> {
  const { target, owner } = request;
  const { before, count, ...rest } = await runPending(session, request, settings);
  await flush(session, target, owner);
  const applied = count === 0 ? before : await readAppliedSince(session.client, target.ledger, owner.deployId, request.after);
  return { outcome: { applied, remaining: rest.remaining, backfill: rest.backfill }, outdated: rest.outdated };
}

export interface Running {
  readonly control: Control;
  /** Milliseconds since 1970 after which no further migration begins. */
  readonly deadline: number;
  /** What the ledger holds, where the caller has read it under the lock and nothing was applied since. */
  readonly contents?: Contents | undefined;
  /** Not even the commit of a single migration waits for the disk. */
  readonly unflushed?: boolean;
}

/** What has come of a run. */
export interface Ran extends Pick<Applied, 'outdated'>, Pick<ApplyOutcome, 'remaining' | 'backfill'> {
  /** What the deploy had applied before. */
  readonly before: readonly AppliedMigration[];
  /** How many were applied now. */
  readonly count: number;
}

/**
 * Applies the next pending migrations of a stage on a session that holds the lock and the lease. Where that succeeds, the caller flushes before it tells anybody.
 * @throws EngineError, after a flush of what was applied
 */
export async function runPending(
  session: Session,
  request: Omit<ApplyRequest, 'milliseconds'>,
  { control, deadline, contents, unflushed = false }: Running,
): Promise<Ran> {
  const { target, owner, stage } = request;
  const { client } = session;
  const done = contents ? [] : await readAppliedSince(client, target.ledger, owner.deployId, request.after);
  const pending = pendingOf(
    stage,
    contents ? upToDate([stage], contents.applied) : await appliedVersions(session, target, stage),
  );
  const next = pending.slice(0, Math.max(request.limit - done.length, 0));
  const run = new Run({
    context: { session, target, owner, stage: stage.name, control },
    stage,
    pending: next,
    journal: contents?.journal ?? (next.length > 0 ? await readJournal(client, target.ledger) : new Map()),
    mirror: next.length > 0 ? await mirrorOf(client, target, [stage]) : undefined,
    unflushed: unflushed || next.length > 1,
    already: done.length,
    deadline,
    pauseBackfillAt: request.backfillMilliseconds === undefined ? undefined : Date.now() + request.backfillMilliseconds,
  });
  let backfill: BackfillProgress | undefined;
  const count = await hearNotices(session, control, () => run.apply()).catch(async (error: unknown) => {
    if (error instanceof Unfinished) {
      backfill = error.progress;
      return run.count;
    }
    const failure = run.at ? notAgainAndAgain([owner.deployId, run.at.version], error, Date.now() - run.at.since) : error;
    await recordFailure(session, request, run.at?.version, failure);
    // What came before is applied, and a blocked deploy may wait for days; where the connection is gone the next attempt does it.
    await flush(session, target, owner).catch(() => undefined);
    throw failure;
  });
  return { before: done, count, remaining: pending.length - count, backfill, outdated: run.outdated };
}

/** Texts are looked at only where they decide. */
async function appliedVersions({ client }: Session, { ledger }: EngineTarget, stage: MigrationStage): Promise<Set<string>> {
  if (!stage.migrations.some(({ repeatable }) => repeatable)) return readAppliedVersions(client, ledger);
  return upToDate([stage], await readApplied(client, ledger));
}

/** The audit remembers each attempt that failed; where the connection is gone it cannot, and Temporal's history has it. A zombie writes nothing. */
async function recordFailure(
  session: Session,
  { target, owner }: Pick<ApplyRequest, 'target' | 'owner'>,
  version: string | undefined,
  error: unknown,
): Promise<void> {
  // One that was cancelled before it began has not failed.
  if (version === undefined || !(error instanceof EngineError) || error.verdict === 'fenced') return;
  const { code, verdict, sqlstate, place, message, next } = error;
  const detail = { code, verdict, sqlstate, place, message, next, attempt: owner.attempt };
  const event = { kind: 'migration.failed', deployId: owner.deployId, version, detail } as const;
  await asOurselves(session.client, () => recordEvent(session.client, target, event)).catch(() => undefined);
}
