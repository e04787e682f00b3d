import { EngineError } from '../error.js';
import { readBackfills, wishBackfill, type BackfillWish, type ShownBackfill } from '../ledger/backfills.js';
import { recordEvent } from '../ledger/events.js';
import { ledgerExists, refuseForeign } from '../ledger/header.js';
import { read } from '../postgres/read.js';
import { CLOSED_PATH } from '../postgres/settings.js';
import { withClient } from '../postgres/with-client.js';
import type { EngineTarget } from '../target.js';

/** Every backfill that has begun in a target, the newest first; none where its ledger is of before there were any. */
export function backfillStatus(target: EngineTarget): Promise<ShownBackfill[]> {
  return read(target.url, 'pawl:backfill', async (client) => {
    await refuseForeign(client, target);
    if (!(await ledgerExists(client, target.ledger))) return [];
    const { rows } = await client.query<{ there: boolean }>(
      `select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = 'backfills') as there`,
      [target.ledger],
    );
    return rows[0]!.there ? readBackfills(client, target.ledger) : [];
  });
}

/**
 * Asks something of the backfill that is under way; whoever runs it heeds it before its next batch. The lock of the target is not needed.
 * @returns its version
 * @throws EngineError `BACKFILL_NONE` where none is under way
 */
export async function tuneBackfill(
  target: EngineTarget,
  wish: BackfillWish,
  decision: { readonly by: string; readonly reason: string | undefined },
): Promise<string> {
  const open = (await backfillStatus(target)).find(({ finishedAt }) => finishedAt === null);
  return withClient(target.url, 'pawl:backfill', async (client) => {
    await client.query(`set ${CLOSED_PATH}`);
    if (!open || !(await wishBackfill(client, target.ledger, open.version, wish))) {
      throw new EngineError('BACKFILL_NONE', 'refused', `no backfill is under way in ${target.name}`, {
        next: 'pawl backfill status shows those that have finished.',
      });
    }
    const { paused, batch, pace } = wish;
    const detail = { batch, pace, paused: paused === undefined ? undefined : paused !== null };
    await recordEvent(client, target, { kind: 'backfill.tuned', version: open.version, ...decision, detail });
    return open.version;
  });
}
