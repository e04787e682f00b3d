import { ConfigError } from '../config/config-error.js';
import { environmentOf } from '../config/environment.js';
import { loadConfig } from '../config/load.js';
import { resolveFleet } from '../config/resolve-fleet.js';
import type { DeployName } from '../contract/names.js';
import type { Context } from './context.js';

/**
 * The fleet that a command means. One that is named needs no configuration here: whoever is on call may have Temporal and nothing else.
 * @throws ConfigError
 */
export async function namedFleet({ cwd, configFile, environment }: Context, fleet: string | undefined): Promise<DeployName> {
  const loaded = await loadConfig({ cwd, file: configFile }).catch((error: unknown) => {
    if (fleet !== undefined && error instanceof ConfigError) return undefined;
    throw error;
  });
  if (!loaded) return { target: fleet ?? '', environment: environmentOf(undefined, environment) };
  const resolved = resolveFleet(fleet, loaded.config, environment);
  return { target: resolved.name, environment: resolved.environment };
}
