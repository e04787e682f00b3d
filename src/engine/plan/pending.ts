import type { Migration } from '../files/migration.js';
import type { AppliedMigration } from '../ledger/applied.js';
import type { MigrationStage } from '../files/stage.js';
import { withinReach } from '../files/up-to.js';

export interface PendingMigration {
  readonly migration: Migration;
  /** One that comes after it in the same stage is applied already: merged late, or skipped by a tool that only counts. */
  readonly late: boolean;
}

/** The versions that are applied as their files are: a repeatable migration with another text by now is due again. */
export function upToDate(
  stages: readonly MigrationStage[],
  rows: readonly Pick<AppliedMigration, 'version' | 'checksum'>[],
): Set<string> {
  const repeatable = new Map(
    stages
      .flatMap(({ migrations }) => migrations)
      .flatMap((migration) => (migration.repeatable ? [[migration.version, migration.checksum]] : [])),
  );
  const isDue = ({ version, checksum }: (typeof rows)[number]): boolean =>
    checksum !== null && repeatable.has(version) && repeatable.get(version) !== checksum;
  return new Set(rows.filter((row) => !isDue(row)).map(({ version }) => version));
}

/** Files that are not in the applied set and that the deploy may apply, in the order of the stage. A gap is normal: the set decides, never a highest number. */
export function pendingOf(stage: MigrationStage, applied: ReadonlySet<string>): PendingMigration[] {
  let newest = -1;
  stage.migrations.forEach((migration, index) => {
    if (applied.has(migration.version) && !migration.repeatable) newest = index;
  });
  return withinReach(stage)
    .map((migration, index) => ({ migration, late: !migration.repeatable && index < newest }))
    .filter(({ migration }) => !applied.has(migration.version));
}

/** Files that are not in the applied set, and stay pending, for the deploy ends before them. */
export function leftOf(stage: MigrationStage, applied: ReadonlySet<string>): readonly Migration[] {
  return stage.migrations.slice(withinReach(stage).length).filter(({ version }) => !applied.has(version));
}
