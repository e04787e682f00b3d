import { crashPoint } from '../crash-point.js';
import { EngineError } from '../error.js';
import { recordEvent } from '../ledger/events.js';
import { leaseOf, leaseQuery, type Lease, type LeaseRow } from '../ledger/lease-row.js';
import type { Session } from '../postgres/connect.js';
import { identifier, literal } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';
import { presenceHeld } from './presence.js';
import { assertSameDatabase, refuseUnknownDeploy } from './same-database.js';

/** Who asks for the lease. */
export interface Claim {
  readonly deployId: string;
  /**
   * Whose place the claimant takes: `temporal/<namespace>/<workflow id>` or `direct/...`. Temporal lets only one workflow with an id
   * be open, so a lease that an earlier run of the same id left behind belongs to a closed run.
   */
  readonly owner: string;
  readonly release: string;
}

/** Takes the lease, or finds it taken by the same deploy already. Call it under the lock, in a transaction. @returns the epoch */
export async function takeLease(session: Session, target: EngineTarget, claim: Claim): Promise<number> {
  const lease = await readLease(session, target);
  const held = lease.deployId !== null && !isFree(lease);
  if (held && lease.deployId === claim.deployId) return lease.epoch;
  if (held && !(await mayTakeOver(session, lease, claim))) throw leaseBusy(lease);
  const { rows } = await session.client.query<{ epoch: string }>(leaseUpdate(session, target, claim, lease));
  if (!rows[0]) throw leaseBusy(await readLease(session, target));
  const epoch = Number(rows[0].epoch);
  if (held) {
    await recordEvent(session.client, target, {
      kind: 'lease.taken-over',
      deployId: claim.deployId,
      detail: { epoch, from: lease.deployId },
    });
    await endLost(session, target, lease.deployId, claim);
  }
  return epoch;
}

/** Whether nobody has it. */
export function isFree({ deployId, releasedAt }: Lease): boolean {
  return deployId === null || releasedAt !== null;
}

/** Takes a lease that is as it was read, as a statement that answers with the epoch. */
export function leaseUpdate(
  { server }: Session,
  target: EngineTarget,
  { deployId, owner, release }: Claim,
  { epoch }: Lease,
): string {
  return `update ${identifier(target.ledger)}.lease
    set epoch = epoch + 1, deploy_id = ${literal(deployId)}, owner = ${literal(owner)}, release = ${literal(release)},
        system_identifier = ${literal(server.systemIdentifier)}, timeline = ${server.timeline},
        acquired_at = pg_catalog.clock_timestamp(), released_at = null
    where epoch = ${epoch} returning epoch`;
}

/** A deploy that could not say how it ended: its lease is another's now, and nobody else will say it. */
async function endLost({ client }: Session, target: EngineTarget, lost: string, { deployId }: Claim): Promise<void> {
  const { rowCount } = await client.query(
    `update ${identifier(target.ledger)}.deploys set outcome = 'superseded', finished_at = pg_catalog.clock_timestamp()
     where deploy_id = $1::text and outcome is null`,
    [lost],
  );
  const reason = `it ended without a word; deploy ${deployId} took its lease over`;
  if (rowCount === 1) await recordEvent(client, target, { kind: 'deploy.superseded', deployId: lost, reason });
}

/** Gives the lease back, as a statement; a lease that has moved on is left alone. */
export const leaseRelease = ({ ledger }: EngineTarget, { deployId, epoch }: Owner): string =>
  `update ${identifier(ledger)}.lease set released_at = pg_catalog.clock_timestamp()
   where deploy_id = ${literal(deployId)} and epoch = ${epoch} and released_at is null`;

/**
 * Moves the epoch on for the same deploy: whatever an attempt with an unknown outcome still sends is refused at its COMMIT.
 * Where it has moved on already, for this deploy, nothing is left to do: an earlier attempt to fence did it, and died before it could say so.
 * Call it under the lock. @returns the epoch which the deploy goes on with
 */
export async function fence(session: Session, target: EngineTarget, owner: Owner): Promise<number> {
  await assertSameDatabase(session, target, owner);
  const lease = await readLease(session, target);
  if (lease.deployId === owner.deployId && lease.releasedAt === null && lease.epoch > owner.epoch) return lease.epoch;
  await assertOwner(session, target, owner);
  const { rows } = await session.client.query<{ epoch: string }>(
    `update ${identifier(target.ledger)}.lease set epoch = epoch + 1 returning epoch`,
  );
  crashPoint('after-fence');
  return Number(rows[0]!.epoch);
}

/** @throws EngineError `LEASE_FENCED` when the lease has moved on, `WRONG_DATABASE` when it is another database's */
export async function assertOwner(session: Session, target: EngineTarget, owner: Owner): Promise<void> {
  await assertSameDatabase(session, target, owner);
  const lease = await readLease(session, target);
  if (lease.deployId === owner.deployId && lease.epoch === owner.epoch && lease.releasedAt === null) return;
  await refuseUnknownDeploy(session, target, owner);
  throw new EngineError(
    'LEASE_FENCED',
    'fenced',
    `the lease has moved on to deploy ${lease.deployId ?? 'none'} (epoch ${lease.epoch}, ours ${owner.epoch})`,
    {
      next: 'Nothing was changed. Follow the newer deploy with `pawl status`.',
    },
  );
}

export async function readLease(session: Session, target: EngineTarget): Promise<Lease> {
  return leaseOf((await session.client.query<LeaseRow>(leaseQuery(target.ledger))).rows[0]!);
}

async function mayTakeOver(session: Session, lease: Lease, claim: Claim): Promise<boolean> {
  if (lease.owner?.startsWith('direct/')) return !(await presenceHeld(session.client, lease.deployId ?? ''));
  return lease.owner === claim.owner;
}

function leaseBusy(lease: Lease): EngineError {
  return new EngineError(
    'LEASE_BUSY',
    'retry',
    `the target is leased to ${lease.owner ?? '?'} (deploy ${lease.deployId ?? '?'}, release ${lease.release ?? '?'}, since ${lease.acquiredAt?.toISOString() ?? '?'})`,
    { next: 'Wait for it, or end it there. If it is gone for good: `pawl lock break --reason ...`.' },
  );
}
