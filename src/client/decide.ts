import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type UpdateDefinition,
} from '@temporalio/client';
import { createHash } from 'node:crypto';
import { VOID, type Decision, type Decisions, type VerbName } from '../contract/decision.js';
import type { DeployName } from '../contract/names.js';
import * as messages from '../contract/messages.js';
import { ClientError, SIGNATURE_CODES } from './client-error.js';
import type { DeployRun, RunFacts } from './deploy-run.js';
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

/** Milliseconds for a worker to answer, where the decision itself sets no limit: after that it is void. */
const PATIENCE = 10_000;
/** Milliseconds after the limit within which an answer may still be on its way. */
const ON_ITS_WAY = 3_000;

/**
 * Sends one decision to the deploy of a target. It is void after a while, so that one which nobody answers is not carried out behind the
 * back of whoever gave it up; said again about the same thing it is the same one.
 * @returns the sentence that it answers with
 * @throws ClientError `NO_DEPLOY`, `NO_ANSWER`, `TASK_FAILING`, or `REFUSED` where the deploy does not take it in its state
 */
export async function sendDecision<D extends Decision>(
  run: DeployRun,
  verb: UpdateDefinition<string, [D]>,
  decision: D,
): Promise<string> {
  const facts = await run.facts();
  if (!facts?.open) throw noDeploy(run);
  await refuseWithoutWorker(run, facts, verb.name);
  try {
    return await send(run, facts, verb, decision, Date.now()).catch((error: unknown) => {
      const now = timeOfVoid(error);
      // The clocks differ, or it met an earlier saying of the same that was void by then. Once more, by Temporal's clock.
      if (decision.until !== undefined || now === undefined) throw error;
      return send(run, facts, verb, decision, now);
    });
  } catch (error) {
    throw await explained(error, run, verb.name);
  }
}

function send<D extends Decision>(
  run: DeployRun,
  facts: RunFacts,
  verb: UpdateDefinition<string, [D]>,
  decision: D,
  now: number,
): Promise<string> {
  const until = decision.until ?? new Date(now + PATIENCE).toISOString();
  const wait = Math.max(Date.parse(until) - now, PATIENCE) + ON_ITS_WAY;
  const options = { args: [{ ...decision, until }] as [D], updateId: idOf(facts, verb.name, decision) };
  return run.client.withDeadline(Date.now() + wait, () => run.handle().executeUpdate(verb, options));
}

/** From who, what, and about what: not why, nor until when. */
function idOf({ memo }: RunFacts, verb: string, { reason: _reason, until: _until, ...what }: Decision): string {
  const about = createHash('sha256')
    .update(JSON.stringify(Object.entries(what).sort()))
    .digest('hex')
    .slice(0, 16);
  return `${verb}-${memo.turn}-${about}`;
}

/** When it was by Temporal's clock as it refused a decision for being void. */
function timeOfVoid(error: unknown): number | undefined {
  const { type, details } = ((error as Error).cause ?? {}) as { type?: string; details?: unknown[] };
  return type === VOID && typeof details?.[0] === 'string' ? Date.parse(details[0]) : undefined;
}

/** Where nobody polls, nothing is sent: Temporal would keep it until somebody does. */
async function refuseWithoutWorker(run: DeployRun, { memo }: RunFacts, verb: string): Promise<void> {
  if (memo.digest === '' || (await run.pollers(memo.digest)).length > 0) return;
  throw new ClientError(
    'NO_ANSWER',
    `no worker of ${run.target} holds release ${memo.label} (${memo.digest}); "${verb}" was not sent`,
    'Start a worker with the files of that release (pawl worker), then say it again; or deploy the release that is here: it takes over.',
  );
}

async function explained(error: unknown, run: DeployRun, verb: string): Promise<unknown> {
  const { target, kind } = run;
  if (error instanceof WorkflowNotFoundError) return noDeploy(run);
  if (error instanceof WorkflowUpdateFailedError) {
    const { type, details } = (error.cause ?? {}) as { type?: string; details?: unknown[] };
    const code = SIGNATURE_CODES.find((known) => known === type);
    const [next] = details ?? [];
    if (code) return new ClientError(code, error.cause?.message ?? error.message, typeof next === 'string' ? next : '');
    return new ClientError(
      'REFUSED',
      error.cause?.message ?? error.message,
      `${kind.command} status ${target} shows what can be decided now.`,
    );
  }
  const silent = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
  if (!silent && !(error instanceof ServiceError)) return error;
  const failure = await run.taskFailure().catch(() => undefined);
  if (failure !== undefined) {
    return new ClientError(
      'TASK_FAILING',
      `the workflow of ${target} cannot continue, so it decides nothing: ${failure}`,
      `Run a worker of the Pawl that began it; or end it with ${kind.endOf(run)}: what is committed stays.`,
    );
  }
  if (!silent) return error;
  return new ClientError(
    'NO_ANSWER',
    `no worker of ${target} answered in time; a worker that comes back later refuses this "${verb}" (its time limit has passed, by Temporal's clock)`,
    `${kind.command} status ${target} tells whether it was carried out at the last moment. Start a worker (pawl worker), then say it again.`,
  );
}

function noDeploy({ target, kind: { noun, command } }: DeployRun): ClientError {
  return new ClientError(
    'NO_DEPLOY',
    `no ${noun} of ${target} is under way`,
    `${command} status ${target} shows how things stand.`,
  );
}
