import type { Migration } from './migration.js';

/** A stage whose files the ledger records. */
export interface MigrationStage {
  readonly kind: 'migrate' | 'constraints';
  /** The directory, as the config names it; unique in a target. */
  readonly name: string;
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[];
  /** Overrides the target's policy for late ones. */
  readonly late?: 'apply' | 'warn' | 'fail' | undefined;
}
