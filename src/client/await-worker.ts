import { releaseQueue } from '../contract/names.js';
import type { DatabaseIdentity } from '../contract/deploy.js';
import { otherDatabase, strangersAmong } from '../temporal/other-database.js';
import { TemporalError } from '../temporal/temporal-error.js';
import type { DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** Milliseconds: a worker that is being rolled out gets a moment to come up, where nobody says how long. */
const PATIENCE = 10_000;

/** Milliseconds after which a worker that reaches another database, and has polled since, is no relic of an earlier rollout. */
const STRANGER = 10_000;

/** Milliseconds that are no news: a worker in this very process takes them to show up. */
const SILENT = 2_000;

/** How long a worker is waited for, and what is said meanwhile. */
export interface WorkerWait {
  /** Milliseconds; 10 s by default. */
  readonly waitWorker?: number | undefined;
  readonly say: (text: string) => void;
  /** Ends the wait. */
  readonly interrupt: AbortSignal;
}

/**
 * Waits until a worker that holds exactly this release polls: a deploy without one would hang without a word.
 * @returns whether one does; false where `interrupt` ended the wait
 * @throws TemporalError `TEMPORAL_NO_WORKER`; EngineError `WRONG_DATABASE` where one reaches another database than is seen from here
 */
export async function awaitWorker(
  run: DeployRun,
  { digest, expects }: { readonly digest: string; readonly expects?: DatabaseIdentity | undefined },
  { waitWorker = PATIENCE, say, interrupt }: WorkerWait,
): Promise<boolean> {
  const since = Date.now();
  for (let told = false; !interrupt.aborted;) {
    const pollers = await run.pollers(digest);
    const strangers = expects ? strangersAmong(pollers, new Map([[run.target, expects]])) : [];
    // Beside a right one, a wrong one is refused that has polled since: one that died stands there for another minute.
    if (pollers.length > strangers.length && strangers.every(({ poller }) => !poller.alive && poller.seen < since)) return true;
    const waited = Date.now() - since;
    const stranger = strangers.find(({ poller }) => waited > waitWorker || (waited > STRANGER && poller.seen > since));
    if (stranger) throw otherDatabase(stranger);
    if (waited > waitWorker) throw noWorker(run, digest, waitWorker);
    if (!told && waited > SILENT) {
      say(`Waiting for a worker that holds release ${digest} ...`);
      told = true;
    }
    await pause(500, interrupt);
  }
  return false;
}

function noWorker({ link, environment, kind }: DeployRun, digest: string, waitWorker: number): TemporalError {
  return new TemporalError(
    'TEMPORAL_NO_WORKER',
    `no worker holding release ${digest} polled the queue ${releaseQueue(digest, environment)} at ${link.address} within ${waitWorker / 1_000} s; nothing was started`,
    kind.noun === 'deploy'
      ? 'Roll out the worker with these very files (pawl worker), and give it time with --wait-worker 5m; or deploy from here: pawl deploy --with-worker.'
      : 'Start the worker with these very files (pawl worker), then say it again; or roll out from here: pawl fleet deploy --with-worker.',
  );
}
