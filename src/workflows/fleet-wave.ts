import {
  CancellationScope,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import {
  failuresToStop,
  NO_COUNTS,
  stops,
  type FleetActivities,
  type FleetApplyAnswer,
  type FleetInput,
  type WaveSettings,
} from '../contract/fleet.js';
import type { FleetBoard } from '../contract/fleet-board.js';
import type { DeployInput } from '../contract/deploy.js';
import { DEPLOY_WORKFLOW, deployWorkflowId } from '../contract/names.js';
import type { FleetOperator } from './fleet-operator.js';

/** As of a deploy's activities: workers that die use up no attempts, and a cancel is waited for. */
export const activities = proxyActivities<FleetActivities>({
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '6 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1.5, maximumInterval: '20 seconds' },
});

/** Members of one activity at least, and activities of one wave at most. */
const CHUNK = 25;
const CHUNKS = 400;
/** Members at once of one activity at least; and activities at once at most, which one worker can do. */
const LANES = 4;
const AT_ONCE = 8;

/** History events after which nothing further is begun in this run. */
const LONG_HISTORY = 2_000;

export const isLong = (): boolean => workflowInfo().historyLength > LONG_HISTORY || workflowInfo().continueAsNewSuggested;

export interface WaveWork {
  readonly input: FleetInput;
  readonly board: FleetBoard;
  readonly operator: FleetOperator;
  readonly index: number;
  readonly settings: WaveSettings;
  /** Members of the whole wave. */
  readonly total: number;
  /** Failures before somebody said that it goes on. */
  readonly forgiven: number;
  readonly draw: () => void;
}

/**
 * Deploys to members of a wave in chunks, some at once, until all have come to an end, too many have failed, or somebody says otherwise.
 * @returns those that were not begun, or were interrupted
 */
export async function runWave(work: WaveWork, members: readonly string[]): Promise<string[]> {
  const { operator, settings } = work;
  const atOnce = Math.min(AT_ONCE, Math.ceil(settings.parallel / LANES));
  const lanes = Math.ceil(settings.parallel / atOnce);
  const size = Math.max(lanes, Math.min(CHUNK, Math.ceil(members.length / atOnce)), Math.ceil(members.length / CHUNKS));
  const left = [...members];
  const interrupted: string[] = [];
  const scope = new CancellationScope();
  let over = false;
  const watch = operator.until(
    () => operator.held,
    () => over,
  );
  void watch.then((stopped) => {
    if (stopped) scope.cancel();
  });
  const slot = async (): Promise<void> => {
    while (left.length > 0 && !operator.stops && !isStopped(work) && !isLong()) {
      const chunk = left.splice(0, size);
      const answer = await scope
        .run(() => apply(work, chunk, lanes))
        .catch((error: unknown) => {
          if (isCancellation(error)) return { counts: NO_COUNTS, applied: 0, faults: [], left: chunk };
          throw error;
        });
      interrupted.push(...answer.left);
      await take(work, answer);
      if (isStopped(work)) scope.cancel();
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, slot));
  } finally {
    over = true;
  }
  return [...interrupted, ...left];
}

/** Whether so many members have failed that no further ones are begun. */
export function isStopped({ board, index, settings, total, forgiven }: WaveWork): boolean {
  return stops(settings.stopAfter, board.bad(index) - forgiven, total);
}

async function apply(work: WaveWork, members: readonly string[], lanes: number): Promise<FleetApplyAnswer> {
  const { input, settings, board, index, total, forgiven } = work;
  const request = {
    ...{ fleet: input.fleet, release: input.release, by: input.by, wave: settings.name, members, lanes },
    rollout: workflowInfo().firstExecutionRunId,
    mayFail: failuresToStop(settings.stopAfter, board.bad(index) - forgiven, total, members.length),
  };
  const summary = `${settings.name}: ${members.length} members from ${members[0] ?? ''}`.slice(0, 80);
  return activities.fleetApply.executeWithOptions({ summary }, [request]);
}

/** Writes down what became of members, and lets a deploy of its own wait for each that failed for good. */
async function take({ input, board, index, draw }: WaveWork, answer: FleetApplyAnswer): Promise<void> {
  const aborts = input.onFailure === 'abort';
  const faults = answer.faults.map((fault) =>
    aborts && fault.outcome === 'blocked' ? { ...fault, outcome: 'failed' as const } : fault,
  );
  const { blocked, failed } = answer.counts;
  const counts = aborts ? { ...answer.counts, blocked: 0, failed: failed + blocked } : answer.counts;
  board.ended(index, { ...answer, faults, counts });
  for (const { member, fault } of faults) board.say(`${input.fleet}/${member}: ${fault.message}`);
  draw();
  const waiting = faults.filter(({ outcome }) => outcome === 'blocked');
  await CancellationScope.nonCancellable(() => Promise.all(waiting.map(({ member }) => startDeploy(input, member))));
}

/** It fails once more, and waits then; one that waits already is left as it is. */
async function startDeploy({ fleet, environment, release, stages, by }: FleetInput, member: string): Promise<void> {
  const target = `${fleet}/${member}`;
  const deploy: DeployInput = { target, environment, release, stages, by, onFailure: 'block' };
  try {
    await startChild(DEPLOY_WORKFLOW, {
      workflowId: deployWorkflowId({ target, environment }),
      args: [deploy],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${target} ← ${release.label}, by ${by}`.slice(0, 100),
    });
  } catch (error) {
    if ((error as Error).name !== 'WorkflowExecutionAlreadyStartedError') throw error;
  }
}
