import { loadFleet, type LoadedFleet } from '../config/load-fleet.js';
import type { Context } from './context.js';

/**
 * The fleet that was named, or the only one, with its files.
 * @throws ConfigError, EngineError
 */
export function openFleet({ cwd, configFile, environment }: Context, name: string | undefined): Promise<LoadedFleet> {
  return loadFleet({ cwd, file: configFile, name }, environment);
}
