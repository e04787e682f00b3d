import type { DatabaseUrl } from '../engine/address.js';
import type { EngineTarget } from '../engine/target.js';
import { milliseconds } from '../text/duration.js';
import { backfillSettings } from './backfill.js';
import { fill } from './fill.js';
import { databaseAddress } from './database-address.js';
import type { ProcessEnvironment, ResolvedTarget } from './resolve.js';

/** Shows the server's messages whole, although they may hold row values. */
const SHOW_VALUES = 'PAWL_SHOW_VALUES';

/**
 * A target as the engine takes it: durations in milliseconds and the connection string read from the environment.
 * @param url where to go instead of where the target says
 * @throws ConfigError
 */
export function engineTarget(
  resolved: ResolvedTarget,
  environment: ProcessEnvironment,
  url: DatabaseUrl = databaseAddress(resolved, environment),
): EngineTarget {
  const { name, target, environment: place, member } = resolved;
  const { ledger, lockTimeout, statementTimeout, late, retired, abortIfBlocking, showQueries, adopt, backfill } = target;
  const filled = (setting: string, text: string): string => (member ? fill(text, member, `${name}: ${setting}`) : text);
  return {
    name,
    environment: place,
    url,
    ledger: filled('ledger.schema', ledger.schema),
    ledgerOwner: ledger.owner === undefined ? undefined : filled('ledger.owner', ledger.owner),
    lockTimeout: milliseconds(lockTimeout),
    statementTimeout: statementTimeout === undefined ? 0 : milliseconds(statementTimeout),
    late,
    retired: Array.isArray(retired) ? retired : retired.versions,
    retiredBefore: Array.isArray(retired) ? undefined : retired.before,
    abortIfBlocking: abortIfBlocking && { sessions: abortIfBlocking.sessions, milliseconds: milliseconds(abortIfBlocking.for) },
    showQueries,
    showValues: showsValues(environment),
    adopt,
    backfill: backfill && backfillSettings(backfill),
  };
}

/** Whether messages may show values of rows here. */
export function showsValues(environment: ProcessEnvironment): boolean {
  return environment[SHOW_VALUES] === '1';
}
