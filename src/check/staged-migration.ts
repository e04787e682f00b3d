import type { Migration } from '../engine/files/migration.js';
import type { MigrationStage } from '../engine/files/stage.js';

/** A migration with the stage that it stands in. */
export interface StagedMigration {
  readonly stage: string;
  readonly kind: MigrationStage['kind'];
  readonly migration: Migration;
}
