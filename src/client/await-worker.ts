import { releaseQueue } from '../contract/names.js';
import type { DeployInput } from '../contract/deploy.js';
import { otherDatabase, strangersAmong } from '../temporal/other-database.js';
import { TemporalError } from '../temporal/temporal-error.js';
import type { DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** Milliseconds: a worker that is being rolled out gets a moment to come up. */
const PATIENCE = 10_000;

/** Milliseconds that are no news: a worker in this very process takes them to show up. */
const SILENT = 2_000;

/**
 * Waits until a worker that holds exactly this release polls: a deploy without one would hang without a word.
 * @throws TemporalError `TEMPORAL_NO_WORKER`; EngineError `WRONG_DATABASE` where one reaches another database than is seen from here
 */
export async function awaitWorker(
  run: DeployRun,
  { target, release: { digest }, expects }: Pick<DeployInput, 'target' | 'release' | 'expects'>,
  say: (text: string) => void,
): Promise<void> {
  const since = Date.now();
  for (let told = false; ;) {
    const pollers = await run.pollers(digest);
    const strangers = expects ? strangersAmong(pollers, new Map([[target, expects]])) : [];
    // Beside a right one, a wrong one is refused that has polled since: one that died stands there for another minute.
    if (pollers.length > strangers.length && strangers.every(({ poller }) => !poller.alive && poller.seen < since)) return;
    if (strangers[0] && Date.now() - since > PATIENCE) throw otherDatabase(strangers[0]);
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
