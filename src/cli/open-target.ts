import { loadConfig, type LoadedConfig } from '../config/load.js';
import { resolveTarget, type ResolvedTarget } from '../config/resolve.js';
import type { Context } from './context.js';

export interface OpenedTarget extends ResolvedTarget {
  readonly loaded: LoadedConfig;
}

/**
 * The target that was named, or the only one, from the configuration.
 * @throws ConfigError
 */
export async function openTarget({ cwd, configFile, environment }: Context, name: string | undefined): Promise<OpenedTarget> {
  const loaded = await loadConfig({ cwd, file: configFile });
  return { ...resolveTarget(name, loaded.config, environment), loaded };
}
