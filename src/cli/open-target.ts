import { loadConfig, type LoadedConfig } from '../config/load.js';
import { findTarget } from '../config/resolve-fleet.js';
import type { ResolvedTarget } from '../config/resolve.js';
import type { Context } from './context.js';

export interface OpenedTarget extends ResolvedTarget {
  readonly loaded: LoadedConfig;
}

/**
 * The target that was named (also `fleet/member`), or the only one, from the configuration.
 * @throws ConfigError; EngineError where the members of a fleet cannot be read
 */
export async function openTarget({ cwd, configFile, environment }: Context, name: string | undefined): Promise<OpenedTarget> {
  const loaded = await loadConfig({ cwd, file: configFile });
  return { ...(await findTarget(name, loaded, environment)), loaded };
}
