import { moveBackfill, type BackfillRow, type BackfillStep } from '../../ledger/backfills.js';
import { commitRows } from '../own-rows.js';
import type { BatchContext } from './context.js';

/** Moves a backfill on by a step that changes no row of its table. @returns its row as it is then */
export async function move(
  { session, target, owner, prepared }: BatchContext,
  row: BackfillRow,
  step: Omit<BackfillStep, 'finished'>,
): Promise<BackfillRow> {
  await commitRows(session, prepared.migration, [moveBackfill(target.ledger, owner, row, step)]);
  return { ...row, ...step };
}
