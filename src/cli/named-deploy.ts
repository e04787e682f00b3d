import { ConfigError } from '../config/config-error.js';
import { environmentOf } from '../config/environment.js';
import { loadConfig } from '../config/load.js';
import { resolveTarget, type ResolvedTarget } from '../config/resolve.js';
import type { DeployName } from '../contract/names.js';
import type { Context } from './context.js';

/**
 * The deploy that a command means. A target that is named needs no configuration here: whoever is on call may have Temporal and nothing else;
 * then PAWL_ENVIRONMENT alone says which environment.
 * @throws ConfigError
 */
export async function namedDeploy({ cwd, configFile, environment }: Context, target: string | undefined): Promise<DeployName> {
  const loaded = await loadConfig({ cwd, file: configFile }).catch((error: unknown) => {
    if (target !== undefined && error instanceof ConfigError) return undefined;
    throw error;
  });
  if (target !== undefined) return { target, environment: environmentOf(loaded?.config, environment) };
  return nameOf(resolveTarget(target, loaded!.config, environment));
}

/** The deploy of a target that is open. */
export const nameOf = ({ name, environment }: Pick<ResolvedTarget, 'name' | 'environment'>): DeployName => ({
  target: name,
  environment,
});
