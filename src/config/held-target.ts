import type { TargetRelease } from './release.js';
import { stagesUpTo } from '../engine/files/up-to.js';
import type { Notification, Stage } from './schema.js';
import type { MigrationStage } from '../engine/files/stage.js';
import type { EngineTarget } from '../engine/target.js';

/** A target with its release as one worker holds it: read once at its start, so that a changed file cannot slip into a running deploy. */
export interface HeldTarget {
  readonly target: EngineTarget;
  readonly stages: readonly Stage[];
  /** Who is told of the deploy; nobody of a member of a fleet. */
  readonly notify: readonly Notification[];
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

/**
 * The target for a deploy that ends with a version: its stages end with the one that holds it, and what comes after it is out of reach.
 * @param to undefined for a deploy of everything
 * @throws EngineError `FILES_UNKNOWN_VERSION`
 */
export function heldUpTo(held: HeldTarget, to: string | undefined): HeldTarget {
  if (to === undefined) return held;
  const indexes = [...held.release.migrations.keys()];
  const { stages, last } = stagesUpTo(migrationStages(held), to);
  const migrations = new Map(stages.map((stage, at) => [indexes[at]!, stage]));
  return {
    ...held,
    stages: held.stages.slice(0, indexes[stages.indexOf(last)]! + 1),
    release: { ...held.release, migrations },
  };
}
