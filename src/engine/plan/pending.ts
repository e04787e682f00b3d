import type { Migration } from '../files/migration.js';
import type { MigrationStage } from './stage.js';

export interface PendingMigration {
  readonly migration: Migration;
  /** One that comes after it in the same stage is applied already: merged late, or skipped by a tool that only counts. */
  readonly late: boolean;
}

/** Files that are not in the applied set, in the order of the stage. A gap is normal: the set decides, never a highest number. */
export function pendingOf(stage: MigrationStage, applied: ReadonlySet<string>): PendingMigration[] {
  let newest = -1;
  stage.migrations.forEach((migration, index) => {
    if (applied.has(migration.version)) newest = index;
  });
  return stage.migrations
    .map((migration, index) => ({ migration, late: index < newest }))
    .filter(({ migration }) => !applied.has(migration.version));
}
