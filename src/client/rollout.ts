import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { boundedText } from '../contract/bounded.js';
import { FLEET_WORKFLOW, type FleetInput, type FleetState, type FleetStatus } from '../contract/fleet.js';
import { fleetStatus, fleetSupersede } from '../contract/fleet-messages.js';
import { deployTitle, fleetWorkflowId, releaseQueue, type DeployName } from '../contract/names.js';
import { environmentKey, releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';
import type { TemporalLink } from '../temporal/connection.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import { awaitWorker } from './await-worker.js';
import { ClientError } from './client-error.js';
import { sendDecision } from './decide.js';
import { DeployRun } from './deploy-run.js';
import { onlyNews } from './only-news.js';
import { pause } from './pause.js';

/** Milliseconds between two looks. */
const INTERVAL = 500;
/** Milliseconds for one question. */
const PATIENCE = 5_000;
/** Characters: Temporal takes 400 bytes. */
const SUMMARY = 100;

/** The rollouts of a fleet, seen from a client. */
export const rolloutRun = (link: TemporalLink, name: DeployName): DeployRun => new DeployRun(link, name, fleetWorkflowId(name));

export interface RolloutStart {
  readonly run: DeployRun;
  readonly input: FleetInput;
  readonly ifBusy: 'wait' | 'fail';
  readonly say: (text: string) => void;
  readonly interrupt: AbortSignal;
}

/**
 * Starts a rollout, joins the one of the same release, or takes the place of another: that ends with the members that it deploys to just now.
 * @returns undefined when the person went away while it waited
 * @throws ClientError `BUSY`; TemporalError without a worker
 */
export async function startRollout(start: RolloutStart): Promise<{ readonly joined?: string } | undefined> {
  const { run, input, ifBusy, say, interrupt } = start;
  if (!(await awaitWorker(run, { digest: input.release.digest }, { say, interrupt }))) return undefined;
  await ensureSearchAttributes(run.link);
  const tell = onlyNews(say);
  while (!interrupt.aborted) {
    if (await begin(run, input)) return {};
    const other = await run.facts();
    if (!other?.open) continue;
    if (other.memo.digest === input.release.digest) return { joined: other.memo.by };
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

async function begin(run: DeployRun, input: FleetInput): Promise<boolean> {
  const { fleet, environment, release, by } = input;
  try {
    await run.client.workflow.start(FLEET_WORKFLOW, {
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
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function ignoreGone(error: unknown): void {
  if (error instanceof WorkflowNotFoundError) return;
  if (error instanceof ClientError && (error.code === 'NO_DEPLOY' || error.code === 'REFUSED')) return;
  throw error;
}

const ENDED: readonly FleetState[] = ['done', 'failed', 'cancelled', 'superseded'];

/** @returns undefined while nobody answers @throws ClientError `NO_DEPLOY` where no rollout is known */
export async function rolloutStatus(run: DeployRun): Promise<FleetStatus | undefined> {
  try {
    return await run.client.withDeadline(Date.now() + PATIENCE, () => run.handle().query(fleetStatus));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw new ClientError(
        'NO_DEPLOY',
        `no rollout of ${run.target} is known to Temporal`,
        `pawl fleet deploy ${run.target} starts one.`,
      );
    return undefined;
  }
}

/**
 * Follows a rollout until it has ended, or has stopped and waits for a decision.
 * @returns the last status; undefined where the person went away
 */
export async function followRollout(
  run: DeployRun,
  {
    digest,
    onSight,
    onSilence,
    interrupt,
  }: {
    readonly digest: string;
    readonly onSight: (status: FleetStatus) => void;
    readonly onSilence: () => void;
    readonly interrupt: AbortSignal;
  },
): Promise<FleetStatus | undefined> {
  while (!interrupt.aborted) {
    const status = await rolloutStatus(run);
    if (!status) onSilence();
    else if (status.release.digest === digest) {
      onSight(status);
      if (status.state === 'stopped' || ENDED.includes(status.state)) return status;
    }
    await pause(INTERVAL, interrupt);
  }
  return undefined;
}
