import { expect, it } from 'vitest';
import { BACKFILL_DEFAULTS, settingsFor } from '../../../src/engine/apply/backfill/settings.js';
import type { Backfill } from '../../../src/engine/files/backfill/backfill.js';

const vacuumEvery = (estimate: number | null, options: Backfill['directive']['options'] = {}): number => {
  const directive = { schema: undefined, table: 't', key: ['id'], line: 1, options };
  return settingsFor({}, { directive }, { batchMs: null, pace: null, estimate }).vacuumEvery;
};

it('a VACUUM comes at the latest when a fifth of the table is dead, so that it grows by no more', () => {
  expect([null, 0, 5_000, 200_000, 1_000_000, 50_000_000].map((estimate) => vacuumEvery(estimate))).toEqual([
    500_000, 500_000, 20_000, 40_000, 200_000, 500_000,
  ]);
  expect(BACKFILL_DEFAULTS.vacuumEvery).toBe(500_000);
});

it('one that is never wanted never comes', () => {
  expect(vacuumEvery(1_000_000, { vacuumEvery: 0 })).toBe(0);
});
