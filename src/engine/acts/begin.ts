import type { Control } from '../control.js';
import type { DatabaseIdentity } from '../database-identity.js';
import { messageOfAll } from '../message-of-all.js';
import { EngineError } from '../error.js';
import { adopt } from '../legacy/adopt.js';
import { recordEvent } from '../ledger/events.js';
import { ledgerExists, refuseForeign } from '../ledger/header.js';
import { createLedger } from '../ledger/schema.js';
import { forgetSettled } from '../ledger/intents.js';
import { takeLease, readLease, type Claim } from '../lease/lease.js';
import { identifyDatabase } from '../ledger/identify.js';
import { assertExpected } from '../lease/same-database.js';
import { acquireLock } from '../lease/lock.js';
import { withSession } from '../lease/with-lock.js';
import { planOn, type Plan } from '../plan/plan.js';
import type { MigrationStage } from '../files/stage.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import { takeOver } from '../squash/take-over.js';
import type { EngineTarget } from '../target.js';

export interface Begin {
  readonly claim: Claim;
  readonly attempt: number;
  readonly label: string;
  readonly by: string;
  /** With which version the deploy ends; undefined for the newest. */
  readonly to?: string | undefined;
  /** Called once the lease is taken: where the rest of the beginning fails, it has to be given back. */
  readonly onLease?: () => void;
  /** What the client of the deploy has seen, where it has the address. */
  readonly expects?: DatabaseIdentity | undefined;
}

export interface Begun {
  /** The database that it began on. */
  readonly database: DatabaseIdentity;
  readonly epoch: number;
  readonly adopted: number;
  readonly plan: Plan;
}

/**
 * Starts a deploy: takes the lock, plans, and only when no finding prevents it creates the ledger, takes the lease and adopts the legacy
 * tracker. With an `error` among the plan's findings nothing at all has been written; the caller refuses the deploy.
 * @throws EngineError `CONNECT_*`, `LOCK_BUSY`, `LEASE_BUSY`, `LEDGER_*`, `WRONG_DATABASE`
 */
export async function beginDeploy(
  target: EngineTarget,
  begin: Begin,
  stages: readonly MigrationStage[],
  control: Control,
): Promise<Begun> {
  const { claim, attempt } = begin;
  return withSession(target, { deployId: claim.deployId, epoch: 0, attempt }, (session) =>
    beginOn(session, target, begin, stages, control),
  );
}

/** As {@link beginDeploy}, on a session that the caller goes on with: it holds the lock of the target afterwards. */
export async function beginOn(
  session: Session,
  target: EngineTarget,
  begin: Begin,
  stages: readonly MigrationStage[],
  control: Control,
): Promise<Begun> {
  const { claim, attempt } = begin;
  const predecessor = await leaseLeftBehind(session, target, claim);
  await acquireLock(session, target, { deployId: claim.deployId, epoch: 0, attempt }, control, predecessor);
  const found = await identifyDatabase(session.client, target);
  assertExpected(begin.expects, found);
  await refuseForeign(session.client, target);
  const plan = await planOn(session.client, target, stages);
  if (plan.findings.some((finding) => finding.severity === 'error')) return { epoch: 0, adopted: 0, plan, database: found };
  await createLedger(session.client, target);
  const database = await identifyDatabase(session.client, target);
  await session.client.query('begin');
  const epoch = await takeLease(session, target, claim);
  await recordStart(session, target, begin, database.label);
  await session.client.query('commit');
  begin.onLease?.();
  const owner = { deployId: claim.deployId, epoch, attempt };
  const recorded = plan.applied.filter((row) => row.position > 0);
  const adoption = await adopt(session, target, owner, stages, recorded);
  await takeOver(session, target, owner, stages);
  const repeatable = stages.flatMap(({ migrations }) => migrations).filter((migration) => migration.repeatable);
  await forgetSettled(
    session.client,
    target.ledger,
    repeatable.map(({ version }) => version),
  );
  return {
    database,
    epoch,
    adopted: adoption.rows.length,
    plan: adoption.rows.length > 0 ? await planOn(session.client, target, stages) : plan,
  };
}

/** The deploy whose lease an earlier run of the same workflow left behind: its sessions may be ended. */
async function leaseLeftBehind(session: Session, target: EngineTarget, claim: Claim): Promise<string | undefined> {
  if (!(await ledgerExists(session.client, target.ledger))) return undefined;
  const lease = await readLease(session, target);
  return lease.owner === claim.owner && lease.deployId !== claim.deployId ? (lease.deployId ?? undefined) : undefined;
}

async function recordStart(
  session: Session,
  target: EngineTarget,
  { claim, label, by, to }: Begin,
  database: string,
): Promise<void> {
  const { rowCount } = await session.client.query(
    `insert into ${identifier(target.ledger)}.deploys (deploy_id, release, label, started_by) values ($1, $2, $3, $4) on conflict do nothing`,
    [claim.deployId, claim.release, label, by],
  );
  if (rowCount === 1) {
    await recordEvent(session.client, target, {
      kind: 'deploy.started',
      deployId: claim.deployId,
      by,
      detail: { release: claim.release, label, owner: claim.owner, database, environment: target.environment, to },
    });
  }
}

/** The findings that refuse a deploy, as one error; undefined when there are none. */
export function refusalOf(plan: Plan): EngineError | undefined {
  const errors = plan.findings.filter((finding) => finding.severity === 'error');
  const first = errors[0];
  if (!first) return undefined;
  const code = first.code as EngineError['code'];
  return new EngineError(code, 'refused', messageOfAll(errors), {
    next: first.next,
    place: first.place,
    excerpt: first.excerpt,
  });
}
