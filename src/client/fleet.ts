import type { UpdateDefinition } from '@temporalio/client';
import { loadFleet } from '../config/load-fleet.js';
import type { ApproveDecision, Decision } from '../contract/decision.js';
import type { FleetInput, FleetStatus } from '../contract/fleet.js';
import { fleetApprove, fleetCancel, fleetHold, fleetResume } from '../contract/fleet-messages.js';
import { ClientError } from './client-error.js';
import { sendDecision } from './decide.js';
import { openLink, type ClientOptions } from './open-run.js';
import { followRollout as follow, rolloutRun, rolloutStatus, startRollout as start } from './rollout.js';
import type { StartedDeploy, StartOptions } from './start-deploy.js';

/** What to roll out, to whom, and how to behave where something is in the way. */
export interface RolloutOptions extends Omit<StartOptions, 'target' | 'to' | 'waitWorker'> {
  /** Name in the configuration; may be left out where it has one fleet. */
  readonly fleet?: string | undefined;
  /** Only these members. */
  readonly only?: readonly string[] | undefined;
  /** Only this wave. */
  readonly wave?: string | undefined;
}

/** A rollout that is under way, as a deploy is; plain data, so that another process can follow it. */
export interface StartedRollout extends Omit<StartedDeploy, 'target'> {
  readonly fleet: string;
}

/** Which fleet, where. */
export interface FleetName {
  readonly fleet: string;
  /** Such as `staging`; undefined where none is named. */
  readonly environment?: string | undefined;
}

/** A decision about a whole rollout; `name` is the wave that is approved, in case that another one waits by now. */
export type RolloutDecision = ClientOptions &
  FleetName &
  (({ readonly verb: 'hold' | 'resume' | 'cancel' } & Decision) | ({ readonly verb: 'approve' } & ApproveDecision));

/** See `startRollout` in ./index.ts. */
export async function startRollout(options: RolloutOptions): Promise<StartedRollout> {
  const { label, by, only, wave, onFailure = 'block', ifBusy = 'wait', cwd = process.cwd() } = options;
  const { signal: interrupt = new AbortController().signal, onWait: say = () => undefined } = options;
  const { fleet } = await loadFleet({ cwd, file: options.config, name: options.fleet }, process.env);
  const { name, environment, release } = fleet;
  const { digest, stages } = release;
  const input: FleetInput = { fleet: name, environment, release: { digest, label }, stages, by, onFailure, only, wave };
  return withRollout({ fleet: name, environment }, options, async (run) => {
    const started = await start({ run, input, ifBusy, say, interrupt });
    if (!started) throw new ClientError('ABANDONED', `the start of the rollout of ${name} was abandoned`, 'Start it again.');
    return { fleet: name, environment, workflowId: run.id, release: input.release, ...started };
  });
}

/** See `followRollout` in ./index.ts. */
export async function followRollout(
  { fleet, environment, runId, release }: Pick<StartedRollout, 'fleet' | 'environment' | 'runId' | 'release'>,
  options: FollowRolloutOptions,
): Promise<FleetStatus | undefined> {
  const { signal: interrupt = new AbortController().signal, onSight = () => undefined, onSilence = () => undefined } = options;
  return withRollout({ fleet, environment }, options, (run) =>
    follow(run, { runId, digest: release.digest, onSight, onSilence, interrupt }),
  );
}

export interface FollowRolloutOptions extends ClientOptions {
  /** Stops following; the rollout goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Told where it stands, again and again. */
  readonly onSight?: ((status: FleetStatus) => void) | undefined;
  /** Told why nobody answers. */
  readonly onSilence?: ((why: string) => void) | undefined;
}

const VERBS = { hold: fleetHold, resume: fleetResume, approve: fleetApprove, cancel: fleetCancel } as const;

/** See `decideRollout` in ./index.ts. */
export async function decideRollout({ client, fleet, environment, verb, ...decision }: RolloutDecision): Promise<string> {
  const update = VERBS[verb] as UpdateDefinition<string, [Decision]>;
  return withRollout({ fleet, environment }, { client }, (run) => sendDecision(run, update, decision));
}

/** See `readRollout` in ./index.ts. */
export async function readRollout({
  fleet,
  environment,
  ...options
}: FleetName & ClientOptions): Promise<FleetStatus | undefined> {
  return withRollout({ fleet, environment }, options, async (run) => {
    const status = await rolloutStatus(run).catch((error: unknown) => {
      if (error instanceof ClientError && error.code === 'NO_DEPLOY') return undefined;
      throw error;
    });
    return typeof status === 'string' ? undefined : status;
  });
}

async function withRollout<T>(
  { fleet, environment }: FleetName,
  options: ClientOptions,
  work: (run: ReturnType<typeof rolloutRun>) => Promise<T>,
): Promise<T> {
  const link = await openLink(options);
  try {
    return await work(rolloutRun(link, { target: fleet, environment }));
  } finally {
    await link.close();
  }
}
