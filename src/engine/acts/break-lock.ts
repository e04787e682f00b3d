import type { SessionView } from '../control.js';
import { EngineError } from '../error.js';
import { recordEvent } from '../ledger/events.js';
import { ledgerExists, refuseForeign } from '../ledger/header.js';
import { connect, type Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';
import { readable } from '../ledger/readable.js';
import { engineFailure } from '../postgres/failure.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import { readLease, type Lease } from '../lease/lease.js';
import { lockHolder, tryLock } from '../lease/lock.js';

/** Who has the target now. */
export interface LockStatus {
  readonly holder?: SessionView | undefined;
  readonly lease?: Lease | undefined;
}

export async function lockStatus(target: EngineTarget): Promise<LockStatus> {
  return withReader(target, (session) => readable(session.client, target.ledger, () => look(session, target)));
}

/**
 * Takes the target away from whoever has it: ends the session that holds the lock and moves the epoch on, so that the old owner can commit
 * nothing any more. For an owner that is gone for good; a live deploy fails with `LEASE_FENCED`.
 * @returns what was there before
 */
export async function breakLock(
  target: EngineTarget,
  decision: { readonly by: string; readonly reason: string },
): Promise<LockStatus> {
  return withReader(target, async (session) => {
    const before = await readable(session.client, target.ledger, async () => {
      await refuseForeign(session.client, target);
      return look(session, target);
    });
    if (!before.lease) return before;
    while (!(await tryLock(session.client, target.ledger))) {
      const holder = await lockHolder(session.client, target);
      if (holder) await terminate(session, holder.pid);
    }
    await session.client.query('begin');
    await session.client.query(
      `update ${identifier(target.ledger)}.lease set epoch = epoch + 1, released_at = pg_catalog.clock_timestamp()`,
    );
    await recordEvent(session.client, target, { kind: 'lock.broken', deployId: before.lease.deployId ?? undefined, ...decision });
    await session.client.query('commit');
    return before;
  });
}

async function terminate({ client }: Session, pid: number): Promise<void> {
  await client.query('select pg_catalog.pg_terminate_backend($1, 5000)', [pid]).catch((error: unknown) => {
    if (!isServerError(error) || error.code !== STATE.insufficientPrivilege) throw error;
    throw new EngineError(
      'CONNECT_PERMISSION',
      'refused',
      `the user may not end session ${pid}, which holds the lock (SQLSTATE 42501)`,
      {
        next: `Break the lock as the role of that session, or as one that a superuser granted it: GRANT pg_signal_backend TO <user>. Nothing was changed.`,
        sqlstate: error.code,
        cause: error,
      },
    );
  });
}

async function look(session: Session, target: EngineTarget): Promise<LockStatus> {
  if (!(await ledgerExists(session.client, target.ledger))) return {};
  return { holder: await lockHolder(session.client, target), lease: await readLease(session, target) };
}

async function withReader<T>(target: EngineTarget, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await connect({ url: target.url, application: 'pawl:lock', lockTimeout: target.lockTimeout });
  try {
    return await work(session);
  } catch (error) {
    throw engineFailure(error);
  } finally {
    await session.close();
  }
}
