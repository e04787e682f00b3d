import { DeployRun } from './deploy-run.js';
import { endEvent, EventTeller, type DeployEnd, type DeployEvent } from './events.js';
import { follow } from './follow.js';
import { openLink, type ClientOptions } from './open-run.js';
import type { StartedDeploy } from './start-deploy.js';

export interface FollowDeployOptions extends ClientOptions {
  /** Stops following; the deploy goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** See `followDeploy` in ./index.ts. */
export async function* followDeploy(
  { target, environment, runId, release }: Pick<StartedDeploy, 'target' | 'environment' | 'runId' | 'release'>,
  options: FollowDeployOptions,
): AsyncGenerator<DeployEvent | DeployEnd, void> {
  const link = await openLink(options);
  try {
    const run = new DeployRun(link, { target, environment });
    const interrupt = options.signal ?? new AbortController().signal;
    const sights = follow({ run, runId, digest: release.digest, whole: true, interrupt });
    const teller = new EventTeller();
    for (;;) {
      const { done, value } = await sights.next();
      if (done) {
        yield endEvent(target, value);
        return;
      }
      yield* teller.tell(value);
    }
  } finally {
    await link.close();
  }
}
