import type { PlanFinding } from '../finding.js';
import type { Migration } from './migration.js';

/** A stage whose files the ledger records. */
export interface MigrationStage {
  readonly kind: 'migrate' | 'backfill' | 'constraints';
  /** The directory, as the config names it; unique in a target. */
  readonly name: string;
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[];
  /** What is to be said of files of the directory that are not read. */
  readonly warnings?: readonly PlanFinding[] | undefined;
  /** How many of them, from the first on, a deploy up to a version may apply; all where it is not said. See `stagesUpTo`. */
  readonly reach?: number | undefined;
  /** Overrides the target's policy for late ones. */
  readonly late?: 'apply' | 'warn' | 'fail' | undefined;
}
