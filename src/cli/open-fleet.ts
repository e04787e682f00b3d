import { holdFleet, type HeldFleet } from '../config/hold-fleet.js';
import { loadConfig, type LoadedConfig } from '../config/load.js';
import { resolveFleet } from '../config/resolve-fleet.js';
import type { Context } from './context.js';

export interface OpenedFleet {
  readonly fleet: HeldFleet;
  readonly loaded: LoadedConfig;
}

/**
 * The fleet that was named, or the only one, with its files.
 * @throws ConfigError, EngineError
 */
export async function openFleet({ cwd, configFile, environment }: Context, name: string | undefined): Promise<OpenedFleet> {
  const loaded = await loadConfig({ cwd, file: configFile });
  const fleet = await holdFleet(resolveFleet(name, loaded.config, environment), loaded, environment);
  return { fleet, loaded };
}
