import type { DatabaseIdentity } from '../contract/deploy.js';
import { asTold } from '../contract/worker-identity.js';
import { isAnotherDatabase } from '../engine/database-identity.js';
import { EngineError } from '../engine/error.js';
import type { Poller } from './pollers.js';

/** A worker that reaches another database than the one that is meant, under the same target. */
export interface Stranger {
  readonly poller: Poller;
  readonly target: string;
  readonly here: DatabaseIdentity;
  readonly there: DatabaseIdentity;
}

/** Among the workers of a queue, those whose database is another one than the one that is reached here. */
export function strangersAmong(pollers: readonly Poller[], databases: ReadonlyMap<string, DatabaseIdentity>): Stranger[] {
  return pollers.flatMap((poller) =>
    [...databases].flatMap(([target, here]) => {
      const there = poller.worker?.targets.get(target);
      return there && isAnotherDatabase(asTold(here), there) ? [{ poller, target, here, there }] : [];
    }),
  );
}

/** Says which worker reaches what. */
export function otherDatabase({ poller, target, here, there }: Stranger): EngineError {
  return new EngineError(
    'WRONG_DATABASE',
    'refused',
    `worker ${poller.worker!.name} serves ${target} on ${there.label}, and from here it is ${here.label}`,
    {
      next: 'Correct the address that is wrong, or stop that worker. Where both are right, one Temporal namespace serves two environments: name them with `environment` in the configuration or PAWL_ENVIRONMENT.',
    },
  );
}
