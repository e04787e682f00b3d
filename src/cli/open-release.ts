import { engineTarget } from '../config/engine-target.js';
import { readRelease, type TargetRelease } from '../config/release.js';
import type { MigrationStage } from '../engine/files/stage.js';
import type { EngineTarget } from '../engine/target.js';
import type { Context } from './context.js';
import { refuseFaults } from './deploy/refuse-faults.js';
import { openTarget, type OpenedTarget } from './open-target.js';

export interface OpenedRelease extends OpenedTarget {
  readonly release: TargetRelease;
  readonly engine: EngineTarget;
  /** The stages whose files the ledger records, in order. */
  readonly stages: readonly MigrationStage[];
}

/**
 * A target with its files and its database's address.
 * @throws ConfigError, EngineError, CliError
 */
export async function openRelease(context: Context, name: string | undefined): Promise<OpenedRelease> {
  return completeRelease(context, await openTarget(context, name));
}

/** The same for a target that is open already. */
export async function completeRelease(context: Context, opened: OpenedTarget): Promise<OpenedRelease> {
  const release = await readRelease(opened, opened.loaded.root);
  refuseFaults(context, release);
  return { ...opened, release, engine: engineTarget(opened, context.environment), stages: [...release.migrations.values()] };
}
