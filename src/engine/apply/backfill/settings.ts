import type { Backfill } from '../../files/backfill/backfill.js';
import type { BackfillRow } from '../../ledger/backfills.js';
import type { BackfillSettings, EngineTarget } from '../../target.js';

/** What the target gets where its configuration says nothing. */
export const BACKFILL_DEFAULTS: BackfillSettings = {
  batch: 250,
  rows: [100, 50_000],
  pace: 0.25,
  vacuumEvery: 500_000,
  stopWhile: {},
};

/** Of a table that is not large a VACUUM comes each time that such a share of its rows is dead: that much it grows at most. */
const DEAD = 0.2;
/** Rows below which no VACUUM is worth its while. */
const FEW = 20_000;

/** Changed rows between two VACUUM; 0 for none. @param estimate rows of the table, where they are known */
export function deadRows(vacuumEvery: number, estimate: number | null): number {
  return estimate ? Math.min(vacuumEvery, Math.max(Math.round(estimate * DEAD), FEW)) : vacuumEvery;
}

/** The settings in force: what an operator asked for goes before what the file says, and that before the target's. */
export function settingsFor(
  { backfill = BACKFILL_DEFAULTS }: Pick<EngineTarget, 'backfill'>,
  { directive }: Pick<Backfill, 'directive'>,
  { batchMs, pace, estimate }: Pick<BackfillRow, 'batchMs' | 'pace' | 'estimate'>,
): BackfillSettings {
  const { options } = directive;
  return {
    ...backfill,
    batch: batchMs ?? options.batch ?? backfill.batch,
    pace: pace ?? options.pace ?? backfill.pace,
    vacuumEvery: deadRows(options.vacuumEvery ?? backfill.vacuumEvery, estimate),
  };
}
