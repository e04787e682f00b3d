import type { TargetRelease } from './release.js';
import type { Stage } from './schema.js';
import type { MigrationStage } from '../engine/files/stage.js';
import type { EngineTarget } from '../engine/target.js';

/** A target with its release as one worker holds it: read once at its start, so that a changed file cannot slip into a running deploy. */
export interface HeldTarget {
  readonly target: EngineTarget;
  readonly stages: readonly Stage[];
  readonly release: TargetRelease;
  /** Folder of the configuration; `exec` runs there. */
  readonly root: string;
  /** Milliseconds for which a passing failure is tried again before it blocks. */
  readonly retryFor: number;
}

/** What the ledger records: the stages with migrations, in order. */
export function migrationStages(held: HeldTarget): MigrationStage[] {
  return [...held.release.migrations.values()];
}
