import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type UpdateDefinition,
} from '@temporalio/client';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-code.js';
import type { DeployRun } from './deploy-run.js';

/** Milliseconds for a worker to take a decision down. */
const PATIENCE = 10_000;

/**
 * Sends one decision to the deploy of a target.
 * @returns the sentence that it answers with
 * @throws CliError when there is no deploy, nobody answers, or the deploy refuses
 */
export async function ask<Decision>(
  run: DeployRun,
  verb: UpdateDefinition<string, [Decision]>,
  decision: Decision,
): Promise<string> {
  try {
    return await run.client.withDeadline(Date.now() + PATIENCE, () => run.handle().executeUpdate(verb, { args: [decision] }));
  } catch (error) {
    throw worded(error, run, verb.name);
  }
}

function worded(error: unknown, { target }: DeployRun, verb: string): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new CliError(
      EXIT.failed,
      'NO_DEPLOY',
      `no deploy of ${target} is under way`,
      `pawl status ${target} shows how things stand.`,
    );
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new CliError(
      EXIT.failed,
      'NO_ANSWER',
      `no worker of ${target} answered within ${PATIENCE / 1000} s; "${verb}" was not taken down`,
      'Start a worker that holds the release of the running deploy (pawl worker), then say it again.',
    );
  }
  if (error instanceof WorkflowUpdateFailedError) {
    return new CliError(
      EXIT.failed,
      'REFUSED',
      error.cause?.message ?? error.message,
      `pawl status ${target} shows what can be decided now.`,
    );
  }
  return error;
}
