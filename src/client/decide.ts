import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type UpdateDefinition,
} from '@temporalio/client';
import type { Decision, Decisions, VerbName } from '../contract/decision.js';
import type { DeployName } from '../contract/names.js';
import * as messages from '../contract/messages.js';
import { ClientError } from './client-error.js';
import type { DeployRun } from './deploy-run.js';
import { withRun, type ClientOptions } from './open-run.js';

/** A decision about the open deploy of a target: the verb, who decides, and what the verb takes. */
export type DecideOptions = ClientOptions &
  DeployName &
  {
    [V in VerbName]: { readonly verb: V } & Decisions[V];
  }[VerbName];

/** See `decide` in ./index.ts. */
export async function decide({ client, target, environment, verb, ...decision }: DecideOptions): Promise<string> {
  const update = messages[verb] as UpdateDefinition<string, [Decision]>;
  return withRun({ target, environment }, { client }, (run) => sendDecision(run, update, decision));
}

/** Milliseconds for a worker to take a decision down. */
const PATIENCE = 10_000;

/**
 * Sends one decision to the deploy of a target.
 * @returns the sentence that it answers with
 * @throws ClientError `NO_DEPLOY`, `NO_ANSWER`, or `REFUSED` where the deploy does not take it in its state
 */
export async function sendDecision<D extends Decision>(
  run: DeployRun,
  verb: UpdateDefinition<string, [D]>,
  decision: D,
): Promise<string> {
  try {
    return await run.client.withDeadline(Date.now() + PATIENCE, () => run.handle().executeUpdate(verb, { args: [decision] }));
  } catch (error) {
    throw explained(error, run, verb.name);
  }
}

function explained(error: unknown, { target }: DeployRun, verb: string): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new ClientError('NO_DEPLOY', `no deploy of ${target} is under way`, `pawl status ${target} shows how things stand.`);
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new ClientError(
      'NO_ANSWER',
      `no worker of ${target} answered within ${PATIENCE / 1000} s; "${verb}" was not taken down`,
      'Start a worker that holds the release of the running deploy (pawl worker), then say it again.',
    );
  }
  if (error instanceof WorkflowUpdateFailedError) {
    return new ClientError(
      'REFUSED',
      error.cause?.message ?? error.message,
      `pawl status ${target} shows what can be decided now.`,
    );
  }
  return error;
}
