import type { Control } from '../control.js';
import { connect, type Session } from '../postgres/connect.js';
import type { EngineTarget, Owner } from '../target.js';
import { applicationName } from './application.js';
import { assertOwner } from './lease.js';
import { acquireLock } from './lock.js';

/**
 * Runs work on a fresh session that holds the lock of the target and whose owner still has the lease. The session ends with the work,
 * and the lock with it.
 * @throws EngineError `CONNECT_*`, `LOCK_BUSY`, `LEASE_FENCED`
 */
export async function withLock<T>(
  target: EngineTarget,
  owner: Owner,
  control: Control,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connectAs(target, owner);
  try {
    await acquireLock(session, target, owner, control);
    await assertOwner(session, target, owner);
    return await work(session);
  } finally {
    await session.close();
  }
}

/** A session with the settings of the target, named after the owner. */
export function connectAs(target: EngineTarget, owner: Owner): Promise<Session> {
  return connect({
    url: target.url,
    application: applicationName(owner),
    lockTimeout: target.lockTimeout,
    statementTimeout: target.statementTimeout,
  });
}
