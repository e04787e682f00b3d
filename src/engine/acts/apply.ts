import { constraintSteps } from '../constraints/steps.js';
import type { Control } from '../control.js';
import { crashPoint } from '../crash-point.js';
import { EngineError } from '../error.js';
import { loadGrammar } from '../files/statements.js';
import { recordEvent } from '../ledger/events.js';
import { readApplied, readAppliedSince, readAppliedVersions, type AppliedMigration } from '../ledger/applied.js';
import { assertOwner } from '../lease/lease.js';
import { mirrorOf } from '../legacy/mirror.js';
import { withLock } from '../lease/with-lock.js';
import { pendingOf, upToDate, type PendingMigration } from '../plan/pending.js';
import type { MigrationStage } from '../files/stage.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';
import { applyMigration, recordWait, sendWhole, type Wait } from '../apply/apply-migration.js';
import { isWhole, letsFollow, prepareMigration, type Prepared } from '../apply/prepared.js';
import type { SentTransaction } from '../apply/transaction.js';

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
}

export interface ApplyOutcome {
  readonly applied: readonly AppliedMigration[];
  readonly remaining: number;
}

/**
 * Applies the next pending migrations of a stage, one transaction each, and returns what the ledger says was done.
 * Safe to call again after any failure at any point: the ledger decides what is next.
 */
export async function applyPending(request: ApplyRequest, control: Control): Promise<ApplyOutcome> {
  const { target, owner, stage } = request;
  await loadGrammar();
  return withLock(target, owner, control, async (session) => {
    const done = await readAppliedSince(session.client, target.ledger, owner.deployId, request.after);
    const pending = pendingOf(stage, await appliedVersions(session, target, stage));
    const next = pending.slice(0, Math.max(request.limit - done.length, 0));
    const count = await applyRun(request, session, next, done.length, control);
    return {
      applied: count === 0 ? done : await readAppliedSince(session.client, target.ledger, owner.deployId, request.after),
      remaining: pending.length - count,
    };
  });
}

/** Texts are looked at only where they decide. */
async function appliedVersions({ client }: Session, { ledger }: EngineTarget, stage: MigrationStage): Promise<Set<string>> {
  if (!stage.migrations.some(({ repeatable }) => repeatable)) return readAppliedVersions(client, ledger);
  return upToDate([stage], await readApplied(client, ledger));
}

/**
 * Applies a run of migrations. Their commits do not wait for the disk one by one: row and DDL are lost together or not at all, in order,
 * and the ledger decides what is next. What tells anybody outside that they are applied comes after one flush at the end.
 * While the server works on one, the next is sent behind it, and the one after that is read.
 * @returns how many were applied
 */
async function applyRun(
  request: ApplyRequest,
  session: Session,
  run: readonly PendingMigration[],
  already: number,
  control: Control,
): Promise<number> {
  const { target, owner, stage } = request;
  const deadline = Date.now() + request.milliseconds;
  const unflushed = run.length > 1;
  const mirror = await mirrorOf(session.client, target, [stage]);
  const context = { session, target, owner, stage: stage.name, control };
  const read = (pending: PendingMigration): Prepared =>
    prepareMigration(
      pending,
      stage.kind === 'constraints' ? (statement) => constraintSteps(target, pending.migration, statement) : undefined,
    );
  const send = (prepared: Prepared, before?: SentTransaction): SentTransaction =>
    sendWhole(context, prepared, { unflushed, mirror }, before);
  const waits: Wait[] = [];
  const recordWaits = async (): Promise<void> => {
    for (const wait of waits.splice(0)) await recordWait(context, wait);
  };
  const readings = new Map<number, Prepared>();
  const readAhead = (at: number): Prepared | undefined => {
    const pending = run[at];
    if (pending && !readings.has(at)) readings.set(at, read(pending));
    return readings.get(at);
  };
  let count = 0;
  let ahead: SentTransaction | undefined;
  for (const pending of run) {
    if (count > 0 && !ahead && Date.now() > deadline) break;
    try {
      if (!ahead) control.signal.throwIfAborted();
      const prepared = readings.get(count) ?? read(pending);
      readings.delete(count);
      const sent = ahead ?? (isWhole(prepared) ? send(prepared) : undefined);
      const applying = applyMigration(context, prepared, { applied: already + count, mirror, sent });
      // A wait is recorded on the same session, which has to be free for it.
      const goesOn = waits.length === 0 && !control.signal.aborted && Date.now() < deadline;
      ahead = undefined;
      try {
        const next = readAhead(count + 1);
        if (next && isWhole(next) && sent && goesOn && letsFollow(prepared)) ahead = send(next, sent);
        readAhead(count + 2);
      } catch {
        // What is wrong with a later one is said when its turn comes.
      }
      const wait = await applying;
      if (wait) waits.push(wait);
    } catch (error) {
      await recordWaits();
      await recordFailure(session, target, owner, pending.migration.version, error);
      throw error;
    }
    count += 1;
    if (!ahead) await recordWaits();
  }
  if (unflushed) await flush(session, target, owner);
  return count;
}

/** A commit that waits for the disk makes every commit before it durable too; this one changes nothing and is fenced like any other. */
async function flush(session: Session, target: EngineTarget, owner: Owner): Promise<void> {
  crashPoint('before-flush');
  const { rowCount } = await session.client.query(
    `update ${identifier(target.ledger)}.lease set epoch = epoch where deploy_id = $1 and epoch = $2 and released_at is null`,
    [owner.deployId, owner.epoch],
  );
  if (rowCount !== 1) await assertOwner(session, target, owner);
}

/** The audit remembers each attempt that failed; where the connection is gone it cannot, and Temporal's history has it. A zombie writes nothing. */
async function recordFailure(
  session: Session,
  target: EngineTarget,
  owner: Owner,
  version: string,
  error: unknown,
): Promise<void> {
  if (isFenced(error)) return;
  const told = error instanceof EngineError ? error : undefined;
  const { code, verdict, sqlstate, place, message, next } = told ?? {};
  const detail = { code, verdict, sqlstate, place, message, next, attempt: owner.attempt };
  await recordEvent(session.client, target, { kind: 'migration.failed', deployId: owner.deployId, version, detail }).catch(
    () => undefined,
  );
}

function isFenced(error: unknown): boolean {
  return error instanceof EngineError && error.verdict === 'fenced';
}
