import { addressIn } from '../config/database-address.js';
import { ConfigError } from '../config/config-error.js';
import type { Target } from '../config/schema.js';
import type { ScratchLike } from '../embedded/scratch.js';
import { likeThePlatform } from '../start/before.js';
import type { Context } from './context.js';
import type { OpenedTarget } from './open-target.js';

/**
 * What throwaway databases have in common with a target: its name, where its address is known here, and what the platform brings.
 * @param bare false where a copy of the real database is put in, which has it already
 */
export function likeTheTarget(
  { environment }: Pick<Context, 'environment'>,
  { target, loaded }: OpenedTarget,
  bare = true,
): ScratchLike {
  const like = likeThePlatform(target.before, loaded.root, nameOf(target, environment));
  return bare ? like : { ...like, prepare: () => Promise.resolve() };
}

/** Not known where the address is another machine's, or asked of a command. */
function nameOf({ database }: Target, environment: Context['environment']): string | undefined {
  if (!('env' in database) || environment[database.env] === undefined) return undefined;
  try {
    return addressIn(database.env, environment).database;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
