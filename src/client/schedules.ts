import { ScheduleNotFoundError, ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client';
import { stateKey } from '../contract/search-attributes.js';
import { frontQueue, VERIFY_WORKFLOW, verifyScheduleId, type DeployName } from '../contract/names.js';
import type { TemporalLink } from '../temporal/link.js';

/** A target that is looked at again and again. */
export interface VerifySchedule {
  readonly id: string;
  readonly target: string;
  readonly cron: string;
  readonly timezone: string;
  readonly paused: boolean;
  /** ISO 8601. */
  readonly next?: string | undefined;
  readonly last?: string | undefined;
}

/** One look lasts at most so long, a worker's absence included. */
const LONGEST_LOOK = '1 hour';

/**
 * Creates the schedule of a target, or makes it as it is asked for. It starts {@link VERIFY_WORKFLOW} on the queue that workers of every
 * release poll, so it outlives releases.
 * @returns whether it was there before
 */
export async function scheduleVerify(
  { client }: Pick<TemporalLink, 'client'>,
  name: DeployName,
  { cron, timezone }: { readonly cron: string; readonly timezone: string },
): Promise<{ readonly id: string; readonly updated: boolean }> {
  const scheduleId = verifyScheduleId(name);
  const options = {
    scheduleId,
    spec: { cronExpressions: [cron], timezone },
    action: {
      type: 'startWorkflow',
      workflowType: VERIFY_WORKFLOW,
      workflowId: scheduleId,
      taskQueue: frontQueue(name.environment),
      args: [{ target: name.target }],
      // Temporal keeps the times, not the expression that they were made from.
      memo: { cron, timezone },
      workflowExecutionTimeout: LONGEST_LOOK,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: LONGEST_LOOK },
  } satisfies ScheduleOptions;
  const handle = client.schedule.getHandle(scheduleId);
  const there = await handle.describe().catch((error: unknown) => {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  });
  if (there) await handle.update(({ state }) => ({ ...options, state }));
  else await client.schedule.create(options);
  return { id: scheduleId, updated: there !== undefined };
}

/** All schedules of this kind in the namespace. */
export async function listSchedules({ client }: Pick<TemporalLink, 'client'>): Promise<VerifySchedule[]> {
  const found: VerifySchedule[] = [];
  for await (const { scheduleId, action, info } of client.schedule.list()) {
    if (action?.workflowType !== VERIFY_WORKFLOW) continue;
    const { state, action: whole } = await client.schedule.getHandle(scheduleId).describe();
    const [input] = (whole.args ?? []) as { target?: string }[];
    const { cron = '', timezone = '' } = (whole.memo ?? {}) as { cron?: string; timezone?: string };
    found.push({
      id: scheduleId,
      target: input?.target ?? '',
      cron,
      timezone,
      paused: state.paused,
      next: info?.nextActionTimes?.[0]?.toISOString(),
      last: info?.recentActions?.at(-1)?.takenAt.toISOString(),
    });
  }
  return found;
}

/**
 * What the newest look of a target's schedule has come to that told it, `verified` or `drift`; a look that was left out during a deploy
 * tells nothing.
 * @throws ScheduleNotFoundError where nothing is verified by a schedule
 */
export async function lastLook({ client }: Pick<TemporalLink, 'client'>, name: DeployName): Promise<string | undefined> {
  const { info } = await client.schedule.getHandle(verifyScheduleId(name)).describe();
  for (const { action } of info.recentActions.toReversed()) {
    const { workflowId, firstExecutionRunId } = action.workflow;
    const { typedSearchAttributes } = await client.workflow.getHandle(workflowId, firstExecutionRunId).describe();
    const state = typedSearchAttributes.get(stateKey);
    if (state !== undefined) return state;
  }
  return undefined;
}

/** @returns whether there was one */
export async function removeSchedule({ client }: Pick<TemporalLink, 'client'>, name: DeployName): Promise<boolean> {
  return client.schedule
    .getHandle(verifyScheduleId(name))
    .delete()
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof ScheduleNotFoundError) return false;
        throw error;
      },
    );
}
