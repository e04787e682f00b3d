import { milliseconds } from '../text/duration.js';
import type { HeldTarget } from './held-target.js';
import { messageOfAll } from '../engine/message-of-all.js';
import { EngineError } from '../engine/error.js';
import { engineTarget } from './engine-target.js';
import type { LoadedConfig } from './load.js';
import { readRelease, type TargetRelease } from './release.js';
import type { ProcessEnvironment, ResolvedTarget } from './resolve.js';
import { refuseUnusableVariables } from './unusable-variables.js';

/**
 * Reads a target whole, as a worker holds it: settings, connection string, files.
 * @throws ConfigError; EngineError when files cannot be deployed
 */
export async function holdTarget(
  resolved: ResolvedTarget,
  { root }: Pick<LoadedConfig, 'root'>,
  environment: ProcessEnvironment,
): Promise<HeldTarget> {
  refuseUnusableVariables(resolved.target, environment);
  const release = await readRelease(resolved, root);
  const fault = firstFault(release);
  if (fault) throw fault;
  return {
    target: engineTarget(resolved, environment),
    stages: resolved.target.stages,
    notify: resolved.target.notify ?? [],
    release,
    root,
    retryFor: milliseconds(resolved.target.retryFor),
  };
}

/** What is wrong with the files of a release, as one error; undefined when nothing is. */
export function firstFault({ faults }: Pick<TargetRelease, 'faults'>): EngineError | undefined {
  const [first] = faults;
  if (!first) return undefined;
  const message = messageOfAll(faults);
  return new EngineError(first.code, 'refused', message, { next: first.next, place: first.place, excerpt: first.excerpt });
}
