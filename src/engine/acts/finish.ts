import { AS_OURSELVES } from '../apply/own-rows.js';
import type { Control } from '../control.js';
import { crashPoint } from '../crash-point.js';
import { EngineError } from '../error.js';
import { loadGrammar } from '../files/statements.js';
import { readApplied } from '../ledger/applied.js';
import { eventInsert, type LedgerEvent } from '../ledger/events.js';
import { markFlushed } from '../ledger/flushed.js';
import { leaseRelease } from '../lease/lease.js';
import { withLock, withLockAnywhere, withSession } from '../lease/with-lock.js';
import { findDrift } from '../plan/findings.js';
import { upToDate } from '../plan/pending.js';
import type { MigrationStage } from '../files/stage.js';
import { withinReach } from '../files/up-to.js';
import type { Session } from '../postgres/connect.js';
import { identifier, literal } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';

/**
 * Proves that the applied set is the files, as far as the deploy goes: every file has its row, unchanged.
 * @throws EngineError `LEDGER_INCOMPLETE`
 */
export async function verifyComplete(
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  control: Control,
): Promise<void> {
  await withLock(target, owner, control, (session) => verifyOn(session, target, stages));
}

/** As {@link verifyComplete}, on a session that holds the lock. */
export async function verifyOn({ client }: Session, target: EngineTarget, stages: readonly MigrationStage[]): Promise<void> {
  await loadGrammar();
  const applied = await readApplied(client, target.ledger);
  const versions = upToDate(stages, applied);
  const missing = stages.flatMap(withinReach).filter((migration) => !versions.has(migration.version));
  const drift = (await findDrift(target, stages, applied)).filter((finding) => finding.severity === 'error');
  if (missing.length === 0 && drift.length === 0) return;
  const problems = [
    ...missing.map((migration) => `${migration.path} is not applied`),
    ...drift.map((finding) => finding.message),
  ];
  throw new EngineError('LEDGER_INCOMPLETE', 'blocked', `the applied set is not the files: ${problems.join('; ')}`, {
    next: 'Somebody changed the ledger during the deploy. `pawl verify` shows the difference; retry once it is settled.',
  });
}

export interface Ending {
  readonly outcome: 'done' | 'cancelled' | 'superseded' | 'failed' | 'refused';
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  /** When the stages ran that hold no migrations: programs, assertions, approvals, dependents. Times are ISO 8601. */
  readonly stages?: readonly StageTime[] | undefined;
}

interface StageTime {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** A ledger of a stranger's was not touched by the beginning. */
async function mayHaveBegun(target: EngineTarget, owner: Owner): Promise<boolean> {
  try {
    return await withSession(target, owner, (_, there) => Promise.resolve(there));
  } catch (error) {
    if (error instanceof EngineError && error.code === 'LEDGER_UNTRUSTED') return false;
    throw error;
  }
}

/**
 * Ends a deploy: waits for the lock (an attempt whose outcome is unknown is ended by that), records the outcome, gives the lease back.
 * A lease that has moved on is left alone. With epoch 0, after a beginning that did not answer, it gives back what that may have taken.
 */
export async function finishDeploy(target: EngineTarget, owner: Owner, ending: Ending, control: Control): Promise<void> {
  if (owner.epoch === 0 && !(await mayHaveBegun(target, owner))) return;
  try {
    await withLockAnywhere(target, owner, control, (session, current) => finishOn(session, target, current, ending));
  } catch (error) {
    if (!(error instanceof EngineError) || error.verdict !== 'fenced') throw error;
    // The lease is another deploy's; how this one ended is still its own to say, and changes nothing for the other.
    await withSession(target, owner, ({ client }) => client.query(outcomeUpdate(target, owner, ending)));
  }
}

/**
 * Records the outcome and gives the lease back, on a session that holds the lock of the target; every commit before it is durable
 * then, as after a flush.
 */
export async function finishOn({ client }: Session, target: EngineTarget, owner: Owner, ending: Ending): Promise<void> {
  await client.query([...AS_OURSELVES, ...markFlushed(target.ledger, owner), outcomeUpdate(target, owner, ending)].join('; '));
  crashPoint('idle-in-transaction');
  await client.query(`${leaseRelease(target, owner)}; commit`);
}

/** Once: the last words may be said again by an attempt that does not know that they were said. */
function outcomeUpdate({ ledger }: EngineTarget, { deployId }: Owner, { outcome, by, reason, stages = [] }: Ending): string {
  const events = [
    ...stages.map((stage) => stageEvent(deployId, stage)),
    { kind: `deploy.${outcome}`, deployId, by, reason } as const,
  ];
  return `with ended as (
    update ${identifier(ledger)}.deploys set outcome = ${literal(outcome)}, finished_at = pg_catalog.clock_timestamp()
    where deploy_id = ${literal(deployId)} and outcome is null returning 1)
    ${eventInsert(ledger, events, 'ended')}`;
}

function stageEvent(deployId: string, { kind, name, state, startedAt, endedAt }: StageTime): LedgerEvent {
  const milliseconds = Date.parse(endedAt) - Date.parse(startedAt);
  return { kind: 'stage.ended', deployId, at: new Date(endedAt), detail: { name, stage: kind, state, milliseconds } };
}
