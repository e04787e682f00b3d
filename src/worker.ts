import { hostname } from 'node:os';
import { environmentOf } from './config/environment.js';
import type { HeldTarget } from './config/held-target.js';
import { holdFleet } from './config/hold-fleet.js';
import { holdTarget } from './config/hold.js';
import type { LoadedConfig } from './config/load.js';
import { reachedDatabase } from './engine/ledger/reached-database.js';
import type { DatabaseIdentity } from './contract/deploy.js';
import { resolveFleet } from './config/resolve-fleet.js';
import { resolveTarget, type ProcessEnvironment } from './config/resolve.js';
import { refuseUnusableVariables } from './config/unusable-variables.js';
import { frontQueue } from './contract/names.js';
import { loadGrammar } from './engine/files/statements.js';
import { createFleetActivities } from './fleet/activities.js';
import { createFrontActivities } from './front/activities.js';
import { pollerName } from './front/poller-name.js';
import type { TemporalLink } from './temporal/link.js';
import { createWorkers, type ReleaseWorkers } from './temporal/worker.js';

/** Databases that are looked at at once. */
const AT_ONCE = 8;

/**
 * Reads the targets whole and creates their workers; the process then serves exactly the files it read.
 * @param names targets to serve; none means all of the configuration
 * @param offers what the release is called that is offered to whoever starts deploys without files; without it no such start is answered
 * @throws ConfigError, EngineError (files that cannot be deployed), TemporalError
 */
export async function openWorkers(
  loaded: LoadedConfig,
  names: readonly string[],
  environment: ProcessEnvironment,
  offers?: string,
): Promise<ReleaseWorkers> {
  // The first deploy need not wait for it.
  await loadGrammar();
  const { config } = loaded;
  const wanted = Object.keys(config.targets).filter((name) => names.length === 0 || names.includes(name));
  const held = await Promise.all(wanted.map((name) => holdTarget(resolveTarget(name, config, environment), loaded, environment)));
  const databases = new Map<string, DatabaseIdentity>();
  const waiting = [...held];
  const reach = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { target } = next;
      const identity = await reachedDatabase(target);
      if (identity) databases.set(target.name, identity);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reach));
  const fleets = await Promise.all(
    Object.keys(config.fleets)
      .filter((name) => names.length === 0 || names.includes(name))
      .map((name) => {
        const resolved = resolveFleet(name, config, environment);
        refuseUnusableVariables(resolved.fleet, environment);
        return holdFleet(resolved, loaded, environment);
      }),
  );
  return createWorkers(held, {
    fleets,
    fleetActivities: (served, client) => createFleetActivities(served, client, { ...environment }),
    environment: { ...environment },
    databases,
    front: offers === undefined ? undefined : (link) => frontWorker(link, held, offers, environmentOf(config, environment)),
  });
}

/** Answers starts without files, and says in its name which releases are here. */
function frontWorker(link: TemporalLink, held: readonly HeldTarget[], label: string, environment: string | undefined) {
  const since = Date.now();
  const own = held.map(({ target, release }) => ({ target: target.name, digest: release.digest, label, since }));
  return {
    taskQueue: frontQueue(environment),
    identity: pollerName(`${process.pid}@${hostname()}`, own),
    activities: { ...createFrontActivities(link, own, environment) },
  };
}
