import type { Migration } from '../files/migration.js';
import type { MigrationStage } from '../plan/stage.js';

/** A migration with the stage that it stands in. */
export interface StagedMigration {
  readonly stage: string;
  readonly kind: MigrationStage['kind'];
  readonly migration: Migration;
}
