import { releaseQueue } from '../../contract/names.js';
import { TemporalError } from '../../temporal/temporal-error.js';
import type { DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** Milliseconds: a worker that is being rolled out gets a moment to come up. */
const PATIENCE = 10_000;

/**
 * Waits until a worker that holds exactly this release polls: a deploy without one would hang without a word.
 * @throws TemporalError `TEMPORAL_NO_WORKER`
 */
export async function awaitWorker(run: DeployRun, digest: string, say: (text: string) => void): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (let told = false; (await run.pollers(digest)).length === 0; told = true) {
    if (Date.now() > deadline) {
      throw new TemporalError(
        'TEMPORAL_NO_WORKER',
        `no worker holding release ${digest} polls the queue ${releaseQueue(digest)} at ${run.link.address}; nothing was started`,
        'Roll out the worker with these very files (pawl worker), or deploy from here: pawl deploy --with-worker.',
      );
    }
    if (!told) say(`Waiting for a worker that holds release ${digest} ...`);
    await pause(500);
  }
}
