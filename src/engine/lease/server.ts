import { EngineError } from '../error.js';
import type { ServerIdentity, Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';

/**
 * Compares the server with the one on which the deploy began. Another timeline means a failover or a restore in between, another system
 * identifier another cluster (a name that now leads elsewhere): rows of the ledger that this deploy has seen may be gone there.
 * @throws EngineError `SERVER_CHANGED`
 */
export async function assertSameServer(session: Session, target: EngineTarget): Promise<void> {
  const { rows } = await session.client.query<{ system: string | null; timeline: number | null }>(
    `select system_identifier as system, timeline from ${identifier(target.ledger)}.lease`,
  );
  const { system, timeline } = rows[0]!;
  const { server } = session;
  if (differs(system, server.systemIdentifier) || differs(timeline, server.timeline)) throw changed(server, system, timeline);
}

/** What is not known (closed to the role on some managed servers) is never compared. */
function differs<T extends string | number>(before: T | null, now: T): boolean {
  return Boolean(before) && Boolean(now) && before !== now;
}

function changed(now: ServerIdentity, system: string | null, timeline: number | null): EngineError {
  return new EngineError(
    'SERVER_CHANGED',
    'blocked',
    `another server answers than the one where this deploy began: system ${now.systemIdentifier} timeline ${now.timeline}, before ${system ?? '?'} timeline ${timeline ?? '?'}`,
    {
      next: 'After a failover or a restore: make sure that this is the right primary, then `pawl cancel` and deploy again; what is pending is read anew from its ledger.',
    },
  );
}
