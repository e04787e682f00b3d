import type pg from 'pg';
import { describeSession } from '../../text/session.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Control, SessionView } from '../control.js';
import { EngineError } from '../error.js';
import type { Session } from '../postgres/connect.js';
import { viewSessions } from '../postgres/sessions.js';
import type { EngineTarget, Owner } from '../target.js';
import { parseApplicationName, shortDeploy } from './application.js';
import { LOCK_CLASS, lockKey } from '../ledger/lock-key.js';

/** Milliseconds that one attempt waits for the lock; longer waits belong to the caller's timers, without a connection. */
const PATIENCE = 5_000;
const POLL = 150;

/**
 * Takes the lock of the target on the session that will do the work, so that "backend alive" means "lock held".
 * It polls: a session that waits inside pg_advisory_lock() holds a snapshot, for which CREATE INDEX CONCURRENTLY waits for ever.
 *
 * A session of an earlier attempt of this deploy (or of `predecessor`, a deploy whose place we take) is ended, unless it is
 * building an index: then its build is adopted, that is waited for, since a rebuild may cost hours.
 * @throws EngineError `LOCK_BUSY` (retry) names the holder. A later attempt of the same deploy is left alone; which of two attempts is the
 * later one is told by the clocks of Temporal's hosts, so the earlier one is not condemned for it.
 */
export async function acquireLock(
  session: Session,
  target: EngineTarget,
  owner: Owner,
  control: Control,
  predecessor?: string,
): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    control.signal.throwIfAborted();
    if (await tryLock(session.client, target.ledger)) return;
    const holder = await lockHolder(session.client, target);
    if (!holder) {
      // It may just have let go; or it is one that pg_stat_activity does not show.
      if (Date.now() > deadline) throw unseen();
      await sleep(POLL, undefined, { signal: control.signal });
      continue;
    }
    const relation = relationTo(holder, owner, predecessor);
    if (relation === 'successor') throw lockBusy(holder);
    if (relation === 'predecessor' && (await endUnlessBuilding(session.client, holder, control))) continue;
    if (relation === 'stranger' && Date.now() > deadline) throw lockBusy(holder);
    if (relation === 'stranger') control.report({ doing: 'waiting for the lock of the target', waitsFor: [holder] });
    await sleep(POLL + Math.random() * POLL, undefined, { signal: control.signal });
  }
}

export async function tryLock(client: pg.Client, ledger: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_catalog.pg_try_advisory_lock($1, $2) as locked', [
    LOCK_CLASS,
    lockKey(ledger),
  ]);
  return rows[0]!.locked;
}

/** Who holds the lock of the target; undefined when nobody does. */
export async function lockHolder(client: pg.Client, target: EngineTarget): Promise<SessionView | undefined> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_catalog.pg_locks where locktype = 'advisory' and granted and objsubid = 2
       and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
       and classid = $1 and objid::bigint = $2`,
    [LOCK_CLASS, lockKey(target.ledger) >>> 0],
  );
  const pid = rows[0]?.pid;
  return pid === undefined ? undefined : (await viewSessions(client, [pid], target.showQueries))[0];
}

function relationTo(
  holder: SessionView,
  owner: Owner,
  predecessor: string | undefined,
): 'predecessor' | 'successor' | 'stranger' {
  const application = parseApplicationName(holder.application);
  if (application?.deploy === shortDeploy(owner.deployId))
    return application.attempt < owner.attempt ? 'predecessor' : 'successor';
  return predecessor !== undefined && application?.deploy === shortDeploy(predecessor) ? 'predecessor' : 'stranger';
}

/** @returns true when the holder was ended and the lock may be free */
async function endUnlessBuilding(client: pg.Client, holder: SessionView, control: Control): Promise<boolean> {
  const { rows } = await client.query<{ phase: string; percent: number | null }>(
    `select phase, (100 * blocks_done / nullif(blocks_total, 0))::int as percent from pg_catalog.pg_stat_progress_create_index where pid = $1`,
    [holder.pid],
  );
  if (rows[0]) {
    control.report({ doing: 'waiting for the index build of an earlier attempt', build: rows[0], waitsFor: [holder] });
    return false;
  }
  await client.query('select pg_catalog.pg_terminate_backend($1, 5000)', [holder.pid]);
  return true;
}

/** The lock is held, and by nobody that is shown. */
function unseen(): EngineError {
  return new EngineError('LOCK_BUSY', 'retry', 'a session that pg_stat_activity does not show holds the lock of the target', {
    next: 'Pawl retries. It may be a prepared transaction or a session that is just ending: see pg_locks where locktype is advisory.',
  });
}

/** Somebody else holds the lock. */
function lockBusy(holder: SessionView): EngineError {
  return new EngineError('LOCK_BUSY', 'retry', `another deploy is at work on this database: ${describeSession(holder)}`, {
    next: 'Pawl keeps trying. `pawl lock status` shows who it is; `pawl lock break --reason ...` ends it.',
  });
}
