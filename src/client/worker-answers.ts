import { WorkflowFailedError } from '@temporalio/client';
import { ANSWER_WORKFLOW, answerWorkflowId, releaseQueue } from '../contract/names.js';
import type { DeployRun } from './deploy-run.js';

/** Seconds for a worker to answer; one that has nothing else to do takes a tenth of one. */
export const ANSWERS_WITHIN = 10;

/**
 * Whether a worker that holds a release works just now: asked of the worker itself, by a workflow that ends as soon as one has worked on it.
 * Temporal ends it where none does.
 */
export async function workerAnswers(run: DeployRun, digest: string): Promise<boolean> {
  const { client, target, environment } = run;
  const within = ANSWERS_WITHIN * 1_000;
  try {
    await client.withDeadline(Date.now() + 2 * within, () =>
      client.workflow.execute(ANSWER_WORKFLOW, {
        args: [{ target }],
        taskQueue: releaseQueue(digest, environment),
        workflowId: answerWorkflowId(run, digest),
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowExecutionTimeout: within,
        staticSummary: `pawl doctor asks whether a worker of ${target} works`,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return false;
    throw error;
  }
}
