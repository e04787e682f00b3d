import { releaseQueue } from '../contract/names.js';
import { TemporalError } from '../temporal/temporal-error.js';
import type { DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** Milliseconds: a worker that is being rolled out gets a moment to come up. */
const PATIENCE = 10_000;

/** Milliseconds that are no news: a worker in this very process takes them to show up. */
const SILENT = 2_000;

/**
 * Waits until a worker that holds exactly this release polls: a deploy without one would hang without a word.
 * @throws TemporalError `TEMPORAL_NO_WORKER`
 */
export async function awaitWorker(run: DeployRun, digest: string, say: (text: string) => void): Promise<void> {
  const since = Date.now();
  for (let told = false; (await run.pollers(digest)).length === 0;) {
    if (Date.now() - since > PATIENCE) {
      throw new TemporalError(
        'TEMPORAL_NO_WORKER',
        `no worker holding release ${digest} polls the queue ${releaseQueue(digest, run.environment)} at ${run.link.address}; nothing was started`,
        'Roll out the worker with these very files (pawl worker), or deploy from here: pawl deploy --with-worker.',
      );
    }
    if (!told && Date.now() - since > SILENT) {
      say(`Waiting for a worker that holds release ${digest} ...`);
      told = true;
    }
    await pause(500);
  }
}
