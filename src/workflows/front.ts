import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeployActivities } from '../contract/activities.js';
import type { DeployInput, DeployResult } from '../contract/deploy.js';
import { frontInputFault, type FrontActivities, type FrontInput, type FrontStart } from '../contract/front.js';
import { deployWorkflowId, releaseQueue } from '../contract/names.js';
import { codeSpan as code, plainMarkdown } from '../text/markdown.js';

/** Long work that only waits, wherever a worker is: it is begun anew when its worker dies. */
const WAITING = {
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '20 seconds' },
} as const;
/** A cancel need not hear from the worker that looks or waits: it may be dead, and Temporal asks no other one what was cancelled. */
const { findRelease, findStarted, awaitDeploy, cancelDeploy } = proxyActivities<FrontActivities>({
  ...WAITING,
  cancellationType: 'TRY_CANCEL',
});
/** A cancel waits for its word on whether it has started a deploy; where the worker is dead, for no longer than that takes to be noticed. */
const { startDeploy } = proxyActivities<FrontActivities>({
  ...WAITING,
  heartbeatTimeout: '12 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/**
 * Starts the deploy of a target with a release that a worker holds, and waits for its end: `pawl deploy` for whoever has a client of
 * Temporal and no files, such as a Schedule or a workflow in another language. Cancelling it cancels the deploy that it started.
 * @returns what the deploy returns; it fails as the deploy fails
 */
export async function front(input: FrontInput): Promise<DeployResult> {
  const wrong = frontInputFault(input);
  if (wrong !== undefined) throw refused(wrong);
  const { target, to, onFailure = 'block', ifBusy = 'wait' } = input;
  const { parent, workflowId } = workflowInfo();
  const by = input.by ?? `workflow ${parent?.workflowId ?? workflowId}`;
  const { environment, ...release } = await inWords(findRelease({ target, release: input.release }));
  const { describeRelease } = proxyActivities<DeployActivities>({
    taskQueue: releaseQueue(release.digest, environment),
    startToCloseTimeout: '10 seconds',
    scheduleToCloseTimeout: '1 minute',
  });
  const stages = await inWords(
    describeRelease({ target }),
    `no worker that holds release ${release.digest} of ${target} answers`,
  );
  const deploy: DeployInput = { target, environment, release, stages, by, to: to ?? undefined, onFailure };
  const { runId, joined } = await start(deploy, ifBusy);
  setCurrentDetails(
    `${joined === undefined ? 'Started' : 'Joined'} release **${plainMarkdown(release.label)}** (${release.digest}) of **${target}**: it is the workflow ${code(deployWorkflowId(deploy))}, run ${code(runId)}. Decide there.`,
  );
  try {
    return await inWords(awaitDeploy({ target, runId }));
  } catch (error) {
    if (!isCancellation(error) || joined !== undefined) throw error;
    return CancellationScope.nonCancellable(async () => {
      await inWords(cancelDeploy({ target, by }));
      return inWords(awaitDeploy({ target, runId }));
    });
  }
}

/**
 * Starts the deploy or joins it. Where the workflow is cancelled and the worker that was asked dies without a word, Temporal asks no other
 * one: then it is looked whether a deploy was started.
 */
async function start(input: DeployInput, ifBusy: 'wait' | 'fail'): Promise<FrontStart> {
  try {
    return await inWords(startDeploy({ input, ifBusy }));
  } catch (error) {
    const silent = error instanceof ActivityFailure && !isCancellation(error);
    if (!silent || !CancellationScope.current().consideredCancelled) throw error;
    const { target, release, by } = input;
    const since = workflowInfo().startTime.toISOString();
    const started = await CancellationScope.nonCancellable(() =>
      inWords(findStarted({ target, digest: release.digest, by, since })),
    );
    // The wait for its end is cancelled at once, and the deploy with it.
    if (started) return started;
    throw new CancelledFailure('cancelled before a deploy was started');
  }
}

/** An activity's own failure ends this workflow as it is: whoever waits for it reads what happened, not that an activity failed. */
async function inWords<T>(work: Promise<T>, silence?: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    if (error.cause instanceof ApplicationFailure) throw error.cause;
    throw silence === undefined ? error : refused(silence);
  }
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type: 'Refused', nonRetryable: true });
}
