import type { BackfillRow } from '../../ledger/backfills.js';
import { runScript } from '../script.js';
import type { BatchContext } from './context.js';
import { move } from './move.js';

/**
 * Clears the rows away that the batches have left dead, so that the next ones take their place instead of new pages: the largest gain that
 * was measured. Autovacuum comes too late, and the end of the table is left to the application (TRUNCATE takes a lock that stops it).
 * Where somebody else vacuums the table, or the role may not, PostgreSQL says so in a notice and goes on.
 */
export async function vacuum(context: BatchContext, row: BackfillRow): Promise<BackfillRow> {
  const cleared = await runScript(context.session.client, `vacuum (skip_locked, truncate off) ${context.backfill.changed}`);
  // A backfill does not depend on it; whether the session lives is seen next.
  context.control.signal.throwIfAborted();
  return move(context, row, { unvacuumed: 0, vacuums: row.vacuums + (cleared.error ? 0 : 1) });
}
