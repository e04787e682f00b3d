import { crashPoint } from '../crash-point.js';
import { assertOwner } from '../lease/lease.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';

/**
 * Makes every commit of the session before it durable: a commit that waits for the disk does. It changes nothing and is fenced like any other.
 * @throws EngineError `LEASE_FENCED`
 */
export async function flush(session: Session, target: EngineTarget, owner: Owner): Promise<void> {
  crashPoint('before-flush');
  const { rowCount } = await session.client.query(
    `update ${identifier(target.ledger)}.lease set epoch = epoch where deploy_id = $1 and epoch = $2 and released_at is null`,
    [owner.deployId, owner.epoch],
  );
  if (rowCount !== 1) await assertOwner(session, target, owner);
}
