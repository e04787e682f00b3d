import type { Control } from '../../src/engine/control.js';
import { readDirectives } from '../../src/engine/files/directives.js';
import type { Migration } from '../../src/engine/files/migration.js';
import { BACKFILL_DEFAULTS } from '../../src/engine/apply/backfill/settings.js';
import type { BackfillSettings } from '../../src/engine/target.js';
import { migration, recorder } from './engine.js';

/** A file with its directives, as if read from `m/<version>.sql`. */
export function backfillFile(version: string, sql: string): Migration {
  return migration(version, sql, { directives: readDirectives(sql, `m/${version}.sql`).directives });
}

/** Batches of so many rows, whatever time they take, without rest between them. */
export function batchesOf(rows: number, more: Partial<BackfillSettings> = {}): BackfillSettings {
  return { ...BACKFILL_DEFAULTS, rows: [rows, rows], pace: 0, ...more };
}

/** A control that does something once so many rows are done. */
export function when(rows: number, act: () => void): Control {
  let acted = false;
  const report: Control['report'] = ({ backfill }) => {
    if (acted || (backfill?.rows ?? 0) < rows) return;
    acted = true;
    act();
  };
  return { ...recorder(), report };
}
