import type { DatabaseIdentity, DeployStatus } from '../contract/deploy.js';
import { isAnotherDatabase } from '../engine/database-identity.js';
import { EngineError } from '../engine/error.js';
import type { DeployRun, Silence } from './deploy-run.js';
import { outcomeOf, type Ending } from './ending.js';
import { pause, unlessAborted } from './pause.js';

export interface FollowOptions {
  readonly run: DeployRun;
  /** First run of the chain that is followed. */
  readonly runId: string;
  readonly digest: string;
  /** What the deploy is meant for; one that began elsewhere, and was joined, is none of ours. */
  readonly expects?: DatabaseIdentity | undefined;
  /** A turn of the deploy: a block up to it has been decided about, and is no end. */
  readonly decided?: number | undefined;
  /** Whether the last status shall list what a worker can list, not only what the deploy leaves in its history. */
  readonly whole: boolean;
  /** Stops following; the deploy goes on. */
  readonly interrupt: AbortSignal;
}

/** What one look at a deploy found: where it stands, or that nobody answered. */
export type Sight = { readonly status: DeployStatus } | { readonly silence: Silence };

/** Milliseconds between two looks: short while things happen, longer while they do not. */
const SHORTEST = 300;
const LONGEST = 2_000;

/** What is said while nobody answers. */
export const SILENCES: Record<Silence, string> = {
  'no worker': 'No worker answers; the deploy continues when one is back (pawl worker).',
  'failing task':
    'The code of the workflow fails again and again, so the deploy stands still. pawl status tells why; pawl cancel ends it.',
  'no temporal': 'Temporal does not answer; the deploy continues when it is back. Still trying.',
  'no deploy': 'Temporal does not know the deploy.',
};

/**
 * Follows a deploy until it has ended, waits for a decision about a failure, or `interrupt` is aborted.
 * @returns how it ended, after a sight for each look
 */
export async function* follow({
  run,
  runId,
  digest,
  expects,
  decided = 0,
  whole,
  interrupt,
}: FollowOptions): AsyncGenerator<Sight, Ending> {
  const over = new AbortController();
  const leave = (): void => over.abort();
  const outcome = outcomeOf(run, runId, over.signal);
  void outcome.then(leave);
  interrupt.addEventListener('abort', leave);
  if (interrupt.aborted) leave();
  let last: DeployStatus | undefined;
  try {
    for (let interval = SHORTEST; ;) {
      await pause(interval, over.signal);
      if (over.signal.aborted) break;
      // Nobody who wants to go, and no end, is kept waiting for an answer that a worker owes.
      const status = await unlessAborted(run.status(), over.signal);
      if (status === undefined) break;
      if (typeof status === 'string') {
        yield { silence: status };
      } else if (status.release.digest === digest) {
        interval = sameSight(last, status) ? Math.min(interval * 1.3, LONGEST) : SHORTEST;
        last = status;
        yield { status };
        refuseElsewhere(status, expects);
        if (status.state === 'blocked' && (status.turn ?? 1) > decided) return { kind: 'blocked', status };
      }
    }
    if (interrupt.aborted) return { kind: 'detached', status: last };
    const ending = await outcome;
    const status = (ending.status && !whole ? undefined : await told(run, digest)) ?? ending.status ?? last;
    if (status && status !== last) yield { status };
    if (status) refuseElsewhere(status, expects);
    return { ...ending, ...(status ? { status } : {}) };
  } finally {
    interrupt.removeEventListener('abort', leave);
    over.abort();
  }
}

/** @throws EngineError `WRONG_DATABASE`; the deploy that was followed goes on */
function refuseElsewhere({ database, target }: DeployStatus, expects: DatabaseIdentity | undefined): void {
  if (!database || !expects || !isAnotherDatabase(withoutLedger(expects), database)) return;
  throw new EngineError(
    'WRONG_DATABASE',
    'refused',
    `the deploy of ${target} that is under way is on ${database.label}, and from here the database is ${expects.label}`,
    {
      next: 'It is another deploy than the one that was meant; this one has changed nothing. Name an `environment` where one Temporal namespace serves several.',
    },
  );
}

/** The deploy may have created it. */
const withoutLedger = (identity: DatabaseIdentity): DatabaseIdentity => ({ ...identity, ledger: '' });

/** What a worker that still lives says of this deploy. */
async function told(run: DeployRun, digest: string): Promise<DeployStatus | undefined> {
  const status = await run.status();
  return typeof status !== 'string' && status.release.digest === digest ? status : undefined;
}

function sameSight(a: DeployStatus | undefined, b: DeployStatus): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
