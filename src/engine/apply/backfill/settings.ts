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

/** The settings in force: what an operator asked for goes before what the file says, and that before the target's. */
export function settingsFor(
  { backfill = BACKFILL_DEFAULTS }: Pick<EngineTarget, 'backfill'>,
  { directive }: Backfill,
  { batchMs, pace }: Pick<BackfillRow, 'batchMs' | 'pace'>,
): BackfillSettings {
  const { options } = directive;
  return {
    ...backfill,
    batch: batchMs ?? options.batch ?? backfill.batch,
    pace: pace ?? options.pace ?? backfill.pace,
    vacuumEvery: options.vacuumEvery ?? backfill.vacuumEvery,
  };
}
