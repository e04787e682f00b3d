import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { DeployActivities } from '../contract/activities.js';
import type { Work } from '../contract/deploy.js';

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** What the heartbeat of an activity carries; the number is in milliseconds. */
type Beat = Partial<Omit<Work, 'failingSince' | 'givesUpAt'>> & {
  readonly failingSince?: number | undefined;
  readonly givesUpAt?: number | undefined;
};

/**
 * What a worker does just now, as its heartbeat tells, and what its last attempt failed with: Temporal knows that also where no attempt
 * came far enough to say a word.
 * @returns undefined between two pieces of work, and where neither is known
 */
export async function pendingWork(
  pending: Pending | undefined,
  converter: Client['options']['loadedDataConverter'],
): Promise<Work | undefined> {
  if (!pending) return undefined;
  const payloads = pending.heartbeatDetails?.payloads;
  const beat = payloads?.length ? await decodeFromPayloadsAtIndex<Beat>(converter, 0, payloads) : {};
  const failure = (await decodeOptionalFailureToOptionalError(converter, pending.lastFailure))?.message;
  if (beat.doing === undefined && failure === undefined) return undefined;
  const { failingSince, givesUpAt, doing = doingOf(pending.activityType?.name ?? ''), ...progress } = beat;
  return {
    ...progress,
    doing,
    attempt: pending.attempt ?? 1,
    failure,
    ...(failure !== undefined && failingSince !== undefined && { failingSince: new Date(failingSince).toISOString() }),
    ...(failure !== undefined && givesUpAt !== undefined && { givesUpAt: new Date(givesUpAt).toISOString() }),
  };
}

const DOING: Partial<Record<keyof DeployActivities, string>> = {
  begin: 'reading the ledger',
  apply: 'applying',
  assertConstraints: 'checking constraints',
  assertFiles: 'asserting',
  execute: 'running a command',
  signal: 'telling dependents',
  verify: 'verifying',
  finish: 'finishing',
};

function doingOf(activity: string): string {
  return (DOING as Readonly<Record<string, string | undefined>>)[activity] ?? activity;
}
