import { setTimeout as sleep } from 'node:timers/promises';
import { describeSession } from '../../text/session.js';
import type { SessionView } from '../control.js';
import { EngineError } from '../error.js';
import { recordEvent } from '../ledger/events.js';
import { ledgerExists, refuseForeign } from '../ledger/header.js';
import { connect, type Session } from '../postgres/connect.js';
import { engineFailure } from '../postgres/failure.js';
import { identifier } from '../postgres/quote.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import type { EngineTarget } from '../target.js';
import { readable } from '../ledger/readable.js';
import { readLease } from '../lease/lease.js';
import type { Lease } from '../ledger/lease-row.js';
import { lockHolder, tryLock } from '../lease/lock.js';

/** Milliseconds for which the lock is fought for. */
const PATIENCE = 15_000;
const POLL = 100;

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
 * @throws EngineError `CONNECT_PERMISSION` where the user may not end that session, `LOCK_BUSY` where another takes its place each time
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
    await takeLock(session, target);
    await session.client.query('begin');
    await session.client.query(
      `update ${identifier(target.ledger)}.lease set epoch = epoch + 1, released_at = pg_catalog.clock_timestamp()`,
    );
    await recordEvent(session.client, target, { kind: 'lock.broken', deployId: before.lease.deployId ?? undefined, ...decision });
    await session.client.query('commit');
    return before;
  });
}

/** Ends whoever holds the lock, for as long as somebody may hold it again and again. */
async function takeLock({ client }: Session, target: EngineTarget): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await tryLock(client, target.ledger))) {
    const holder = await lockHolder(client, target);
    if (Date.now() > deadline) throw stillHeld(holder);
    if (holder) await endSession(client, holder);
    else await sleep(POLL);
  }
}

function stillHeld(holder: SessionView | undefined): EngineError {
  const who = holder ? describeSession(holder) : 'a session that pg_stat_activity does not show';
  const taken = 'Whoever held it was told to end: that takes long, or another takes its place each time. Stop what starts them.';
  const hidden = 'It may be a prepared transaction: see pg_locks where locktype is advisory, and end it there.';
  return new EngineError('LOCK_BUSY', 'refused', `the lock of the target is still held after ${PATIENCE / 1_000} s by ${who}`, {
    next: `${holder ? taken : hidden} Then break it again; the lease is as it was.`,
  });
}

async function endSession(client: Session['client'], { pid, user, application }: SessionView): Promise<void> {
  try {
    await client.query('select pg_catalog.pg_terminate_backend($1, 5000)', [pid]);
  } catch (error) {
    if (!isServerError(error) || error.code !== STATE.insufficientPrivilege) throw error;
    throw new EngineError(
      'CONNECT_PERMISSION',
      'refused',
      `the user may not end session ${pid} (${application || 'no application name'}, user ${user}), which holds the lock of the target`,
      {
        sqlstate: error.code,
        next: `Nothing was changed. Break it as ${user} or as a superuser, or grant the role: GRANT pg_signal_backend TO <user of the connection string>.`,
      },
    );
  }
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
