import type { QueryResult } from 'pg';
import { AS_OURSELVES } from '../apply/own-rows.js';
import { crashPoint } from '../crash-point.js';
import { markFlushed } from '../ledger/flushed.js';
import { assertOwner } from '../lease/lease.js';
import type { Session } from '../postgres/connect.js';
import type { EngineTarget, Owner } from '../target.js';

/**
 * Makes every commit of the session before it durable, and tells so: a commit that waits for disk and synchronous standbys does both. Fenced like
 * any other.
 * @throws EngineError `LEASE_FENCED`
 */
export async function flush(session: Session, target: EngineTarget, owner: Owner): Promise<void> {
  crashPoint('before-flush');
  const statements = [...AS_OURSELVES, ...markFlushed(target.ledger, owner), 'commit'];
  const results = (await session.client.query(statements.join('; '))) as unknown as readonly QueryResult[];
  if (results[AS_OURSELVES.length + 1]?.rowCount !== 1) await assertOwner(session, target, owner);
}
