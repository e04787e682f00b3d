import { engineTarget } from '../../config/engine-target.js';
import type { HeldTarget } from '../../config/held-target.js';
import type { TargetRelease } from '../../config/release.js';
import type { Context } from '../context.js';
import type { OpenedTarget } from '../open-target.js';
import { scratchEnvironment } from '../../start/scratch-environment.js';

/** A target with a throwaway database in the place of its own. */
export interface Moved {
  readonly held: HeldTarget;
  /** In which its programs run. */
  readonly environment: NodeJS.ProcessEnv;
}

/** @param real addresses besides the target's own that no program may reach */
export function heldAt(
  { environment }: Pick<Context, 'environment'>,
  { opened, release, real = [] }: { opened: OpenedTarget; release: TargetRelease; real?: readonly string[] | undefined },
  url: string,
): Moved {
  const moved = scratchEnvironment(environment, opened.target, url, real);
  const target = { ...engineTarget(opened, moved, url), showValues: true };
  return {
    held: { target, stages: opened.target.stages, notify: [], release, root: opened.loaded.root, retryFor: 0 },
    environment: moved,
  };
}
