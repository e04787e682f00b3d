/**
 * Starting, following and steering deploys from a program: what the command line does, as functions.
 * Importing it loads neither Temporal nor PostgreSQL; both come when a function is called. Nothing process-wide is set.
 */
import type { FleetStatus } from '../contract/fleet.js';
import type { DeployName } from '../contract/names.js';
import type { DecideOptions } from './decide.js';
import type { DeployEnd, DeployEvent } from './events.js';
import type { FollowRolloutOptions, FleetName, RolloutDecision, RolloutOptions, StartedRollout } from './fleet.js';
import type { FollowDeployOptions } from './follow-deploy.js';
import type { ClientOptions } from './open-run.js';
import type { StartedDeploy, StartOptions } from './start-deploy.js';
import type { TargetStatus } from './status.js';

export { ClientError, type ClientErrorCode } from './client-error.js';
export { ConfigError } from '../config/config-error.js';
export { EngineError } from '../engine/error.js';
export { TemporalError } from '../temporal/temporal-error.js';
export type { RunFacts, Silence } from './deploy-run.js';
export type { StageProgress } from './events.js';
export type { DeployState, DeployStatus, Fault, Release, StageStatus } from '../contract/deploy.js';
export type { ClientOptions, DecideOptions, DeployEnd, DeployEvent, FollowDeployOptions };
export type { StartedDeploy, StartOptions, TargetStatus };
export type { FleetName, FleetStatus, FollowRolloutOptions, RolloutDecision, RolloutOptions, StartedRollout };

/**
 * Starts the deploy of the files that are here, as `pawl deploy --detach` does: joins a deploy of this very release, waits for one of
 * another release, and takes the place of one that waits for a decision.
 * @returns as soon as it is under way
 * @throws ConfigError; EngineError for files that cannot be deployed; TemporalError where Temporal or a worker is missing (nothing was
 * started then); ClientError `BUSY` or `ABANDONED`
 * @example
 * const deploy = await startDeploy({ target: 'orders', label: process.env.GIT_SHA ?? 'local', by: 'release bot' });
 * for await (const event of followDeploy(deploy)) {
 *   if (event.event === 'step') console.log(event.at, event.text);
 *   if (event.event === 'end') process.exitCode = event.outcome === 'done' ? 0 : 1;
 * }
 */
export async function startDeploy(options: StartOptions): Promise<StartedDeploy> {
  const { startDeploy } = await import('./start-deploy.js');
  return startDeploy(options);
}

/**
 * Tells what happens in a deploy until it has ended, is blocked, or `signal` is aborted: the lines of `pawl deploy --follow --json`.
 * The last event is `end`. Where Temporal or the worker is away it goes on when they are back. Leaving the loop leaves the deploy alone.
 * @throws TemporalError where Temporal cannot be reached at the beginning
 * @example
 * for await (const event of followDeploy(deploy, { signal: AbortSignal.timeout(60_000) })) console.log(JSON.stringify(event));
 */
export async function* followDeploy(
  deploy: Pick<StartedDeploy, 'target' | 'environment' | 'runId' | 'release'>,
  options: FollowDeployOptions = {},
): AsyncGenerator<DeployEvent | DeployEnd, void> {
  const { followDeploy } = await import('./follow-deploy.js');
  yield* followDeploy(deploy, options);
}

/**
 * Sends an operator's decision to the open deploy of a target. Needs no configuration and no files.
 * @returns the sentence that the deploy answers with
 * @throws ClientError `NO_DEPLOY`, `NO_ANSWER`, `REFUSED`, for an approval that has to be signed `SIGNATURE_MISSING` and its neighbours in
 * docs/errors.md; TemporalError
 * @example
 * await decide({ target: 'orders', verb: 'retry', by: 'ann', lockTimeout: '10s' });
 * await decide({ target: 'orders', verb: 'skip', by: 'ann', version: '107', reason: 'done by hand' });
 */
export async function decide(options: DecideOptions): Promise<string> {
  const { decide } = await import('./decide.js');
  return decide(options);
}

/**
 * Reads where the deploy of a target stands that runs or ran last. Needs no configuration and no files, and asks Temporal alone.
 * @returns undefined when Temporal knows of no deploy of the target
 * @throws TemporalError
 * @example
 * const found = await readStatus({ target: 'orders' });
 * if (found?.status?.state === 'blocked') console.log(found.status.fault?.message, found.status.fault?.next);
 */
export async function readStatus({
  target,
  environment,
  ...options
}: DeployName & ClientOptions): Promise<TargetStatus | undefined> {
  const { withRun } = await import('./open-run.js');
  const { statusOf } = await import('./status.js');
  return withRun({ target, environment }, options, statusOf);
}

/**
 * Starts the rollout of the files that are here to a fleet, as `pawl fleet deploy --detach` does: joins a rollout of this very release, and
 * takes the place of one of another release.
 * @returns as soon as it is under way
 * @throws ConfigError; EngineError for files that cannot be deployed; TemporalError where Temporal or a worker is missing; ClientError
 * `BUSY` or `ABANDONED`
 * @example
 * const rollout = await startRollout({ fleet: 'tenants', label: process.env.GIT_SHA ?? 'local', by: 'release bot' });
 * const status = await followRollout(rollout, { onSight: ({ state, waves }) => console.log(state, waves) });
 * if (status?.state === 'stopped') await decideRollout({ fleet: 'tenants', verb: 'cancel', by: 'release bot' });
 */
export async function startRollout(options: RolloutOptions): Promise<StartedRollout> {
  const { startRollout } = await import('./fleet.js');
  return startRollout(options);
}

/**
 * Follows a rollout until it has ended, or has stopped and waits for a decision.
 * @returns the last status; undefined where `signal` was aborted
 * @throws ClientError `NO_DEPLOY`; TemporalError
 * @example
 * const status = await followRollout(rollout, { signal: AbortSignal.timeout(3_600_000), onSight: ({ state }) => console.log(state) });
 * if (status?.state !== 'done') process.exitCode = 1;
 */
export async function followRollout(
  rollout: Pick<StartedRollout, 'fleet' | 'environment' | 'runId' | 'release'>,
  options: FollowRolloutOptions = {},
): Promise<FleetStatus | undefined> {
  const { followRollout } = await import('./fleet.js');
  return followRollout(rollout, options);
}

/**
 * Sends a decision to the open rollout of a fleet: hold, resume, approve, cancel. About one member it is `decide` with the target
 * `tenants/acme`.
 * @returns the sentence that the rollout answers with
 * @throws ClientError `NO_DEPLOY`, `NO_ANSWER`, `REFUSED`; TemporalError
 * @example await decideRollout({ fleet: 'tenants', verb: 'approve', by: 'ann', name: 'eu' });
 */
export async function decideRollout(decision: RolloutDecision): Promise<string> {
  const { decideRollout } = await import('./fleet.js');
  return decideRollout(decision);
}

/**
 * Reads where the rollout of a fleet stands that runs or ran last.
 * @returns undefined where Temporal knows of none, or where nobody answers for it
 * @throws TemporalError
 * @example const status = await readRollout({ fleet: 'tenants' });
 */
export async function readRollout(name: FleetName & ClientOptions): Promise<FleetStatus | undefined> {
  const { readRollout } = await import('./fleet.js');
  return readRollout(name);
}
