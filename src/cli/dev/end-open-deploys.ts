import { ClientError } from '../../client/client-error.js';
import { terminate } from '../../client/terminate.js';
import { environmentOf } from '../../config/environment.js';
import type { LoadedConfig } from '../../config/load.js';
import type { ProcessEnvironment } from '../../config/resolve.js';

/** Ends the deploys of targets whose databases are gone: what they wait for does not exist any more. */
export async function endOpenDeploys(
  { config }: LoadedConfig,
  targets: readonly string[],
  process: ProcessEnvironment,
): Promise<void> {
  const environment = environmentOf(config, process);
  for (const target of targets) {
    await terminate({ target, environment }, 'pawl dev --reset').catch((error: unknown) => {
      if (!(error instanceof ClientError) || error.code !== 'NO_DEPLOY') throw error;
    });
  }
}
