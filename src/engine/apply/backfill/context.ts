import type { Backfill } from '../../files/backfill/backfill.js';
import type { ApplyContext } from '../context.js';
import type { Prepared } from '../prepared.js';
import type { BackfillTable } from './table.js';

/** What every batch of a backfill works with. */
export interface BatchContext extends ApplyContext {
  readonly prepared: Prepared;
  readonly backfill: Backfill;
  readonly table: BackfillTable;
}
