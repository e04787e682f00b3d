import type { Control } from '../control.js';
import { crashPoint } from '../crash-point.js';
import { connect, type Session } from '../postgres/connect.js';
import { engineFailure } from '../postgres/failure.js';
import type { EngineTarget, Owner } from '../target.js';
import { applicationName } from './application.js';
import { refuseUntrusted } from '../ledger/trust.js';
import { assertOwner, fence, readLease } from './lease.js';
import { acquireLock } from './lock.js';
import { assertSameServer } from './server.js';

/**
 * Runs work on a fresh session that holds the lock of the target and whose owner still has the lease, on the server where the deploy
 * began. The session ends with the work, and the lock with it.
 * @throws EngineError `CONNECT_*`, `CONNECTION_LOST`, `LOCK_BUSY`, `LEASE_FENCED`, `SERVER_CHANGED`, `LEDGER_DAMAGED`, `LEDGER_UNTRUSTED`
 */
export function withLock<T>(
  target: EngineTarget,
  owner: Owner,
  control: Control,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withSession(target, owner, async (session) => {
    await acquireLock(session, target, owner, control);
    await assertOwner(session, target, owner);
    await assertSameServer(session, target);
    return work(session);
  });
}

/**
 * As {@link withLock}, with a new epoch: an attempt whose outcome is unknown is over when the work begins. Safe to repeat.
 * @param work gets the owner with its new epoch
 */
export function withFence<T>(
  target: EngineTarget,
  owner: Owner,
  control: Control,
  work: (session: Session, owner: Owner) => Promise<T>,
): Promise<T> {
  return withSession(target, owner, async (session) => {
    await acquireLock(session, target, owner, control);
    const epoch = await fence(session, target, owner);
    await assertSameServer(session, target);
    return work(session, { ...owner, epoch });
  });
}

/**
 * As {@link withLock}, on whichever server answers: the last word of a deploy, which may be that the server is another one now.
 * With epoch 0 the owner does not know whether it has the lease, and at which epoch.
 * @param work gets the owner with the epoch of its lease
 */
export function withLockAnywhere<T>(
  target: EngineTarget,
  owner: Owner,
  control: Control,
  work: (session: Session, owner: Owner) => Promise<T>,
): Promise<T> {
  return withSession(target, owner, async (session) => {
    await acquireLock(session, target, owner, control);
    const epoch = owner.epoch || (await readLease(session, target)).epoch;
    await assertOwner(session, target, { ...owner, epoch });
    return work(session, { ...owner, epoch });
  });
}

/**
 * A session of its own for some work, named after the owner, with the settings of the target.
 * @param work is told whether there is a ledger, which may be trusted then
 */
export async function withSession<T>(
  target: EngineTarget,
  owner: Owner,
  work: (session: Session, there: boolean) => Promise<T>,
): Promise<T> {
  crashPoint('before-connect');
  const session = await connect({
    url: target.url,
    application: applicationName(owner),
    lockTimeout: target.lockTimeout,
    statementTimeout: target.statementTimeout,
  });
  try {
    const there = await refuseUntrusted(session.client, target);
    crashPoint('before-lock');
    return await work(session, there);
  } catch (error) {
    throw engineFailure(error);
  } finally {
    await session.close();
  }
}
