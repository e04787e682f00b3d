import { growthText } from '../../engine/apply/backfill/index-growth.js';
import type { ShownBackfill } from '../../engine/ledger/backfills.js';

/** How far each backfill of a target is, a few lines each. */
export function backfillsView(target: string, backfills: readonly ShownBackfill[]): string {
  if (backfills.length === 0) return `No backfill has begun in ${target}.`;
  return backfills.map(backfillView).join('\n');
}

function backfillView(row: ShownBackfill): string {
  const {
    version,
    relation,
    key,
    rows,
    seen,
    estimate,
    batches,
    vacuums,
    finishedAt,
    movedAt,
    pausedBy,
    pausedReason,
    waitsFor,
    grown,
  } = row;
  const share = estimate && !finishedAt ? ` (about ${Math.min(Math.floor((100 * seen) / estimate), 99)} % of the table)` : '';
  const state = finishedAt
    ? `finished ${finishedAt.toISOString()}`
    : pausedBy
      ? `paused by ${pausedBy}${pausedReason ? `: ${pausedReason}` : ''}`
      : waitsFor
        ? `waiting: ${waitsFor}`
        : `last batch ${movedAt.toISOString()}`;
  const done = `${rows.toLocaleString('en')} rows changed in ${batches.toLocaleString('en')} batches${share}, ${vacuums} VACUUM`;
  const cures = (grown ?? []).map((index) => `    ${growthText(index)}`);
  return [`${version}  ${relation} by ${key.join(', ')}: ${state}`, `    ${done}`, ...cures].join('\n');
}
