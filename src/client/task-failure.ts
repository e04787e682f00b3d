import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { boundedText, MESSAGE } from '../contract/bounded.js';
import type { TemporalLink } from '../temporal/link.js';

/** Events to look back for the newest workflow task; Temporal writes the first failure in a row down and counts the rest. */
const NEWEST = 50;

/** temporal.api.enums.v1.WorkflowTaskFailedCause. */
const UNHANDLED_COMMAND = 1;

/**
 * Why the code of a workflow cannot go on: a workflow task that fails is tried again for ever, and no query is answered meanwhile.
 * @returns undefined where the newest workflow task did not fail
 */
export async function taskFailure({ client, namespace }: TemporalLink, workflowId: string): Promise<string | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId },
    maximumPageSize: NEWEST,
  });
  const newest = (history?.events ?? []).find(
    (event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskCompletedEventAttributes,
  );
  const failed = newest?.workflowTaskFailedEventAttributes;
  // A task that was begun by a worker and handed back, or overtaken by an event, fails too and is made anew at once.
  if (!failed?.failure?.message || Number(failed.cause) === UNHANDLED_COMMAND) return undefined;
  const error = await decodeOptionalFailureToOptionalError(client.options.loadedDataConverter, failed.failure);
  return boundedText(error!.message, MESSAGE);
}
