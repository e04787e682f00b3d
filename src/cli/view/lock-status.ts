import type { LockStatus } from '../../engine/acts/break-lock.js';
import { describeSession } from '../../text/session.js';
import { sinceText } from './since.js';

/** Who may deploy to a target now, and whose session is at work there. */
export function lockStatusText(target: string, { holder, lease }: LockStatus): string {
  const since = lease?.acquiredAt ? ` ${sinceText(lease.acquiredAt.toISOString())}` : '';
  const owner = isLeased({ lease })
    ? `${target} is leased to ${lease?.owner ?? '?'}${since}: deploy ${lease?.deployId ?? '?'}, release ${lease?.release ?? '?'}.`
    : `${target} is free: no deploy has the lease.`;
  const session = holder ? `The lock is held by ${describeSession(holder)}.` : 'No session holds the lock.';
  return `${owner}\n${session}`;
}

/** Whether a deploy has the target, as far as the database knows. */
export const isLeased = ({ lease }: Pick<LockStatus, 'lease'>): boolean => Boolean(lease?.deployId) && !lease?.releasedAt;
