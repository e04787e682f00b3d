import type { Control } from '../control.js';
import { EngineError } from '../error.js';
import { recordEvent } from '../ledger/events.js';
import { findHeader } from '../ledger/header.js';
import { acquireLock } from '../lease/lock.js';
import { withSession } from '../lease/with-lock.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';

export interface ClaimRequest {
  /** Which environment the ledger belongs to now. */
  readonly from: string;
  readonly by: string;
  readonly reason: string;
}

/**
 * Makes the ledger of a copied database the one of the target's environment: with an id of its own, and without the lease of a deploy that ran
 * when the copy was made. In one transaction under the lock, with a line in the audit.
 * @throws EngineError `CLAIM_IMPOSSIBLE` when the ledger is not as the request says
 */
export async function claimLedger(target: EngineTarget, owner: Owner, request: ClaimRequest, control: Control): Promise<void> {
  await withSession(target, owner, async (session) => {
    const { client } = session;
    await acquireLock(session, target, owner, control);
    const header = await findHeader(client, target.ledger);
    if (!header) throw impossible(`there is no ledger in schema "${target.ledger}"`, 'The first deploy creates it.');
    if (header.target !== target.name)
      throw impossible(`the ledger belongs to target "${header.target}"`, `Use the name "${header.target}".`);
    if (header.environment !== request.from) {
      const belongs = header.environment === null ? 'to no environment' : `to ${header.environment}`;
      throw impossible(`the ledger belongs ${belongs}, not to ${request.from}`, 'Look again whether this is the right database.');
    }
    const s = identifier(target.ledger);
    const to = target.environment ?? null;
    await client.query('begin');
    await client.query(`update ${s}.ledger set environment = $1, id = pg_catalog.gen_random_uuid()`, [to]);
    await client.query(`update ${s}.lease set epoch = epoch + 1, released_at = pg_catalog.clock_timestamp()`);
    const { by, reason, from } = request;
    await recordEvent(client, target, { kind: 'ledger.claimed', by, reason, detail: { from, to, id: header.id } });
    await client.query('commit');
  });
}

function impossible(message: string, next: string): EngineError {
  return new EngineError('CLAIM_IMPOSSIBLE', 'refused', `${message}; nothing was changed`, { next });
}
