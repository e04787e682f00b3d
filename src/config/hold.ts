import { milliseconds } from '../text/duration.js';
import type { HeldTarget } from './held-target.js';
import { EngineError } from '../engine/error.js';
import { engineTarget } from './engine-target.js';
import type { LoadedConfig } from './load.js';
import { readRelease } from './release.js';
import type { ProcessEnvironment, ResolvedTarget } from './resolve.js';

/**
 * Reads a target whole, as a worker holds it: settings, connection string, files.
 * @throws ConfigError; EngineError when files cannot be deployed
 */
export async function holdTarget(
  resolved: ResolvedTarget,
  { root }: Pick<LoadedConfig, 'root'>,
  environment: ProcessEnvironment,
): Promise<HeldTarget> {
  const release = await readRelease(resolved, root);
  const [first] = release.faults;
  if (first) {
    const message = release.faults.map((fault) => fault.message).join('\n');
    throw new EngineError(first.code, 'refused', message, { next: first.next, place: first.place, excerpt: first.excerpt });
  }
  return {
    target: engineTarget(resolved, environment),
    stages: resolved.target.stages,
    release,
    root,
    retryFor: milliseconds(resolved.target.retryFor),
  };
}
