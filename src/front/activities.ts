import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { ClientError } from '../client/client-error.js';
import { decide } from '../client/decide.js';
import { DeployRun } from '../client/deploy-run.js';
import { outcomeOf } from '../client/ending.js';
import { unlessAborted } from '../client/pause.js';
import { startRelease } from '../client/start-deploy.js';
import type { DeployResult } from '../contract/deploy.js';
import type { FrontActivities } from '../contract/front.js';
import type { TemporalLink } from '../temporal/link.js';
import { TemporalError } from '../temporal/temporal-error.js';
import { findRelease } from './find-release.js';
import type { OfferedRelease } from './poller-name.js';

/** Milliseconds between two heartbeats. */
const BEAT = 5_000;

/**
 * What a worker does for the front workflow: a client's work, for a caller that has no files.
 * @param own the releases that this worker holds
 * @param environment where it serves them
 */
export function createFrontActivities(
  link: TemporalLink,
  own: readonly OfferedRelease[],
  environment: string | undefined,
): FrontActivities {
  return {
    findRelease: (request) => waiting(() => findRelease({ link, own, environment }, request)),

    startDeploy: ({ input, ifBusy }) =>
      waiting(async (interrupt, say) => {
        const run = new DeployRun(link, input);
        const started = await startRelease({ run, input, ifBusy, say, interrupt });
        return started ?? (await Context.current().cancelled);
      }),

    findStarted: ({ target, digest, by, since }) =>
      waiting(async () => {
        const { open, memo, startedAt, runId } = (await new DeployRun(link, { target, environment }).facts()) ?? {};
        return open && runId !== undefined && memo?.digest === digest && memo.by === by && startedAt! >= since
          ? { runId }
          : undefined;
      }),

    awaitDeploy: ({ target, runId }) =>
      waiting(async (interrupt): Promise<DeployResult> => {
        // A native connection ends a long poll no earlier for an abort.
        const ending = await unlessAborted(outcomeOf(new DeployRun(link, { target, environment }), runId, interrupt), interrupt);
        if (!ending || ending.kind === 'detached' || ending.kind === 'blocked') return Context.current().cancelled;
        if (ending.kind === 'failed') {
          const type = ending.status?.state === 'refused' ? 'Refused' : 'DeployFailed';
          throw ApplicationFailure.nonRetryable(ending.message, type, ending.status);
        }
        if (ending.result) return ending.result;
        throw ApplicationFailure.nonRetryable(`the deploy of ${target} was ${ending.kind} through Temporal`, 'DeployFailed');
      }),

    isDeploying: ({ target }) => waiting(async () => (await new DeployRun(link, { target, environment }).facts())?.open ?? false),

    cancelDeploy: ({ target, by }) =>
      waiting(() =>
        decide({
          client: link.client,
          target,
          environment,
          verb: 'cancel',
          by,
          reason: 'the workflow that started it was cancelled',
        }),
      ),
  };
}

/** Runs work under heartbeat. What a client is told as an error with a next step, no later attempt cures. */
async function waiting<T>(work: (interrupt: AbortSignal, say: (text: string) => void) => Promise<T>): Promise<T> {
  const context = Context.current();
  let said: string | undefined;
  const beating = setInterval(() => context.heartbeat(said), BEAT);
  try {
    return await work(context.cancellationSignal, (text) => {
      said = text;
      context.heartbeat(said);
    });
  } catch (error) {
    if (!(error instanceof ClientError || error instanceof TemporalError)) throw error;
    const { code, message, next } = error;
    throw ApplicationFailure.nonRetryable(`${message}. ${next}`, 'Refused', { code, message, next });
  } finally {
    clearInterval(beating);
  }
}
