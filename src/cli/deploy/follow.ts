import type { DeployStatus } from '../../contract/deploy.js';
import type { DeployRun, Silence } from './deploy-run.js';
import type { Ending } from './ending.js';
import type { News } from './news.js';
import { outcomeOf } from './outcome.js';
import { pause } from './pause.js';

export interface FollowOptions {
  readonly run: DeployRun;
  /** First run of the chain that is followed. */
  readonly runId: string;
  readonly digest: string;
  readonly news: News;
  /** The person wants to go; the deploy goes on. */
  readonly interrupt: AbortSignal;
}

/** Milliseconds between two looks: short while things happen, longer while they do not. */
const SHORTEST = 300;
const LONGEST = 2_000;

/** What is said while nobody answers. */
export const SILENCES: Record<Silence, string> = {
  'no worker': 'No worker answers; the deploy goes on by itself when one is back (pawl worker).',
  'no temporal': 'Temporal does not answer; the deploy goes on by itself when it is back. Still trying.',
  'no deploy': 'Temporal does not know the deploy.',
};

/** Follows a deploy until it has ended, waits for a decision about a failure, or the person goes. */
export async function follow({ run, runId, digest, news, interrupt }: FollowOptions): Promise<Ending> {
  const over = new AbortController();
  const outcome = outcomeOf(run, runId, over.signal);
  const ended = outcome.then(() => over.abort());
  const leave = (): void => over.abort();
  interrupt.addEventListener('abort', leave);
  let last: DeployStatus | undefined;
  try {
    for (let interval = SHORTEST; !over.signal.aborted && !interrupt.aborted;) {
      const status = await run.status();
      if (typeof status === 'string') {
        news.trouble(SILENCES[status]);
      } else if (status.release.digest === digest) {
        news.trouble(undefined);
        interval = sameSight(last, status) ? Math.min(interval * 1.3, LONGEST) : SHORTEST;
        last = status;
        news.status(status);
        if (status.state === 'blocked') return { kind: 'blocked', status };
      }
      await pause(interval, over.signal);
    }
    if (interrupt.aborted) return { kind: 'detached', status: last };
    await ended;
    return await withLastStatus(await outcome, { run, digest, news, last });
  } finally {
    interrupt.removeEventListener('abort', leave);
    over.abort();
    news.end();
  }
}

/** The last words of a deploy are in its failure, or are told by a worker that still lives. */
async function withLastStatus(
  ending: Ending,
  { run, digest, news, last }: Pick<FollowOptions, 'run' | 'digest' | 'news'> & { last: DeployStatus | undefined },
): Promise<Ending> {
  if (ending.status) {
    news.status(ending.status);
    return ending;
  }
  const told = await run.status();
  const status = typeof told !== 'string' && told.release.digest === digest ? told : last;
  if (status && status !== last) news.status(status);
  return { ...ending, ...(status ? { status } : {}) };
}

function sameSight(a: DeployStatus | undefined, b: DeployStatus): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
