import type { DatabaseIdentity } from '../database-identity.js';
import { read } from '../postgres/read.js';
import type { EngineTarget } from '../target.js';
import { identifyDatabase } from './identify.js';

/** Milliseconds. */
const PATIENCE = 5_000;

/** What a target's address leads to; undefined where it leads nowhere just now. */
export async function reachedDatabase(target: Pick<EngineTarget, 'url' | 'ledger'>): Promise<DatabaseIdentity | undefined> {
  const looking = read(target.url, 'pawl:identity', (client) => identifyDatabase(client, target)).catch(() => undefined);
  return Promise.race([looking, new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE, undefined).unref())]);
}
