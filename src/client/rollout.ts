import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { boundedText } from '../contract/bounded.js';
import { FLEET_WORKFLOW, type FleetInput, type FleetResult, type FleetState, type FleetStatus } from '../contract/fleet.js';
import { fleetStatus, fleetSupersede } from '../contract/fleet-messages.js';
import { deployTitle, fleetWorkflowId, releaseQueue, type DeployName } from '../contract/names.js';
import { environmentKey, releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';
import type { TemporalLink } from '../temporal/link.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import { awaitWorker } from './await-worker.js';
import { ClientError } from './client-error.js';
import { sendDecision } from './decide.js';
import { DeployRun, type RunKind, type Silence } from './deploy-run.js';
import { onlyNews } from './only-news.js';
import { pause } from './pause.js';

/** Milliseconds between two looks. */
const INTERVAL = 500;
/** Characters: Temporal takes 400 bytes. */
const SUMMARY = 100;

const ROLLOUT: RunKind = {
  idOf: fleetWorkflowId,
  noun: 'rollout',
  command: 'pawl fleet',
  endOf: (name) => `temporal workflow terminate --workflow-id ${fleetWorkflowId(name)}`,
};

/** The rollouts of a fleet, seen from a client. */
export const rolloutRun = (link: TemporalLink, name: DeployName): DeployRun => new DeployRun(link, name, ROLLOUT);

export interface RolloutStart {
  readonly run: DeployRun;
  readonly input: FleetInput;
  readonly ifBusy: 'wait' | 'fail';
  readonly say: (text: string) => void;
  readonly interrupt: AbortSignal;
}

export interface StartedRollout {
  /** First run of the rollout. */
  readonly runId: string;
  /** Who had started it, when it was under way already. */
  readonly joined?: string | undefined;
}

/**
 * Starts a rollout, joins the one of the same release, or takes the place of another: that ends with the members that it deploys to just now.
 * @returns undefined when the person went away while it waited
 * @throws ClientError `BUSY`; TemporalError without a worker
 */
export async function startRollout(start: RolloutStart): Promise<StartedRollout | undefined> {
  const { run, input, ifBusy, say, interrupt } = start;
  if (!(await awaitWorker(run, { digest: input.release.digest }, { say, interrupt }))) return undefined;
  await ensureSearchAttributes(run.link);
  const tell = onlyNews(say);
  while (!interrupt.aborted) {
    const runId = await begin(run, input);
    if (runId !== undefined) return { runId };
    const other = await run.facts();
    if (!other?.open) continue;
    if (other.memo.digest === input.release.digest) return { runId: other.runId, joined: other.memo.by };
    if (ifBusy === 'fail')
      throw new ClientError(
        'BUSY',
        `release ${other.memo.label} is being rolled out to ${run.target}, by ${other.memo.by}`,
        `pawl fleet status ${run.target} shows it.`,
      );
    tell(`Release ${other.memo.label} is being rolled out by ${other.memo.by}; this release takes its place.`);
    const reason = `rollout of ${input.release.label}`;
    const gone = (await run.pollers(other.memo.digest)).length === 0;
    if (gone) await run.handle(other.runId).terminate(`${reason}; no worker holds ${other.memo.label} any more`);
    else await sendDecision(run, fleetSupersede, { by: input.by, reason, release: input.release.label }).catch(ignoreGone);
    await pause(INTERVAL, interrupt);
  }
  return undefined;
}

/** @returns the id of its first run; undefined while another one is under way */
async function begin(run: DeployRun, input: FleetInput): Promise<string | undefined> {
  const { fleet, environment, release, by } = input;
  try {
    const { firstExecutionRunId } = await run.client.workflow.start(FLEET_WORKFLOW, {
      workflowId: run.id,
      taskQueue: releaseQueue(release.digest, environment),
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      memo: { digest: release.digest, label: release.label, by, turn: 0 },
      staticSummary: boundedText(`${deployTitle({ target: fleet, environment })} ← ${release.label}, by ${by}`, SUMMARY),
      typedSearchAttributes: [
        { key: targetKey, value: fleet },
        ...(environment === undefined ? [] : [{ key: environmentKey, value: environment }]),
        { key: releaseKey, value: release.label },
        { key: stateKey, value: 'starting' },
      ],
    });
    return firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

function ignoreGone(error: unknown): void {
  if (error instanceof WorkflowNotFoundError) return;
  if (error instanceof ClientError && (error.code === 'NO_DEPLOY' || error.code === 'REFUSED')) return;
  throw error;
}

const ENDED: readonly FleetState[] = ['done', 'failed', 'cancelled', 'superseded'];

/** Why a rollout does not answer, as the middle of a sentence. */
export const SILENCES = {
  'no worker': 'no worker that holds its release answers',
  'no temporal': 'Temporal does not answer',
  'failing task': 'the code of its workflow fails again and again',
} as const satisfies Readonly<Record<Exclude<Silence, 'no deploy'>, string>>;

/** States that Temporal gave a run from outside of its workflow, which still answers with what it was about to do. */
const OVERRULED: Readonly<Record<string, FleetState>> = { TERMINATED: 'failed', TIMED_OUT: 'failed', CANCELLED: 'cancelled' };

/** @returns why nobody answers, where nobody does @throws ClientError `NO_DEPLOY` where no rollout is known */
export async function rolloutStatus(run: DeployRun): Promise<FleetStatus | keyof typeof SILENCES> {
  const answer = await run.ask(fleetStatus);
  if (answer === 'no deploy')
    throw new ClientError(
      'NO_DEPLOY',
      `no rollout of ${run.target} is known to Temporal`,
      `pawl fleet deploy ${run.target} starts one.`,
    );
  if (typeof answer === 'string') return answer;
  const { told, description } = answer;
  const { name } = description.status;
  const state = OVERRULED[name];
  if (state === undefined || ENDED.includes(told.state)) return told;
  return { ...told, state, reason: `the rollout was ended through Temporal (${name.toLowerCase().replace('_', ' ')})` };
}

/**
 * Follows a rollout until it has ended, or has stopped and waits for a decision.
 * @param runId its first run: another one may take its place at any time
 * @returns the last status; undefined where the person went away
 */
export async function followRollout(
  run: DeployRun,
  {
    runId,
    digest,
    onSight,
    onSilence,
    interrupt,
  }: {
    readonly runId: string;
    readonly digest: string;
    readonly onSight: (status: FleetStatus) => void;
    readonly onSilence: (why: string) => void;
    readonly interrupt: AbortSignal;
  },
): Promise<FleetStatus | undefined> {
  while (!interrupt.aborted) {
    const status = await rolloutStatus(run);
    if (typeof status === 'string') onSilence(SILENCES[status]);
    else if (status.release.digest !== digest) return endOf(run, runId, status);
    else {
      onSight(status);
      if (status.state === 'stopped' || ENDED.includes(status.state)) return status;
    }
    await pause(INTERVAL, interrupt);
  }
  return undefined;
}

/** How a rollout ended whose place a newer one has. */
async function endOf(run: DeployRun, runId: string, newer: FleetStatus): Promise<FleetStatus> {
  try {
    return ((await run.handle(runId).result()) as FleetResult).status;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new ClientError(
      'NO_DEPLOY',
      `this rollout of ${run.target} has ended without a word (${error.cause?.message ?? error.message}), and release ${newer.release.label} has its place`,
      `pawl fleet status ${run.target} shows that one.`,
    );
  }
}
