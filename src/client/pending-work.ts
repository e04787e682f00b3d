import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { boundedWork } from '../contract/bounded.js';
import type { Work } from '../contract/deploy.js';
import { doingOf } from '../contract/doing.js';

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
  const failing = (at: number | undefined): string | undefined =>
    failure === undefined || at === undefined ? undefined : new Date(at).toISOString();
  return boundedWork({
    ...beat,
    doing: beat.doing ?? doingOf(pending.activityType?.name ?? ''),
    attempt: pending.attempt ?? 1,
    failure,
    failingSince: failing(beat.failingSince),
    givesUpAt: failing(beat.givesUpAt),
  });
}
