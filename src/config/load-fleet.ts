import { holdFleet, type HeldFleet } from './hold-fleet.js';
import { loadConfig, type LoadedConfig } from './load.js';
import { resolveFleet } from './resolve-fleet.js';

export interface LoadedFleet {
  readonly fleet: HeldFleet;
  readonly loaded: LoadedConfig;
}

/**
 * Reads a fleet from the configuration, with its files.
 * @param from where the configuration is looked for, or its file; the name may be left out where there is one fleet
 * @throws ConfigError, EngineError
 */
export async function loadFleet(
  from: { readonly cwd: string; readonly file?: string | undefined; readonly name?: string | undefined },
  environment: NodeJS.ProcessEnv,
): Promise<LoadedFleet> {
  const loaded = await loadConfig(from);
  const fleet = await holdFleet(resolveFleet(from.name, loaded.config, environment), loaded, environment);
  return { fleet, loaded };
}
