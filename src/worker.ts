import { holdTarget } from './config/hold.js';
import type { LoadedConfig } from './config/load.js';
import { resolveTarget, type ProcessEnvironment } from './config/resolve.js';
import { loadGrammar } from './engine/files/statements.js';
import { createWorkers, type ReleaseWorkers } from './temporal/worker.js';

/**
 * Reads the targets whole and creates their workers; the process then serves exactly the files it read.
 * @param names targets to serve; none means all of the configuration
 * @throws ConfigError, EngineError (files that cannot be deployed), TemporalError
 */
export async function openWorkers(
  loaded: LoadedConfig,
  names: readonly string[],
  environment: ProcessEnvironment,
): Promise<ReleaseWorkers> {
  // The first deploy need not wait for it.
  await loadGrammar();
  const { config } = loaded;
  const wanted = Object.keys(config.targets).filter((name) => names.length === 0 || names.includes(name));
  const held = await Promise.all(wanted.map((name) => holdTarget(resolveTarget(name, config, environment), loaded, environment)));
  return createWorkers(held, { ...environment });
}
