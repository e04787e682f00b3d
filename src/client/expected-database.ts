import { engineTarget } from '../config/engine-target.js';
import type { ProcessEnvironment, ResolvedTarget } from '../config/resolve.js';
import type { DatabaseIdentity } from '../contract/deploy.js';

/**
 * What a deploy is meant for, as far as it can be seen from here; undefined where this machine has no address of the database, or does not
 * reach it. A worker has to see the same.
 */
export async function expectedDatabase(
  resolved: ResolvedTarget,
  environment: ProcessEnvironment,
): Promise<DatabaseIdentity | undefined> {
  const { database } = resolved.target;
  if ('env' in database && environment[database.env] === undefined) return undefined;
  const target = engineTarget(resolved, environment);
  const { reachedDatabase } = await import('../engine/ledger/reached-database.js');
  return reachedDatabase(target);
}
