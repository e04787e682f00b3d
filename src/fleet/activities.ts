import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { activityFailure } from '../activities/failure.js';
import { DeployRun } from '../client/deploy-run.js';
import { makeRoom } from '../client/join.js';
import { openLink } from '../client/open-run.js';
import { pause } from '../client/pause.js';
import { ConfigError } from '../config/config-error.js';
import type { HeldFleet } from '../config/hold-fleet.js';
import { notificationPlans } from '../config/notification.js';
import { planRollout } from '../config/rollout.js';
import { boundedText, MESSAGE, NAME } from '../contract/bounded.js';
import type { FleetActivities, FleetApplyRequest, MemberFault, Stopping } from '../contract/fleet.js';
import { stopping } from '../contract/fleet-messages.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { awaitHealthy } from '../signal/healthy.js';
import { assertMembers } from './assert-members.js';
import { HEALTHY } from './direct.js';
import { GOES_ON, Run, type Lanes } from './lanes.js';
import { countMember } from './meter.js';
import { pageOf } from './page.js';

/** Milliseconds between two heartbeats. */
const BEAT = 1_000;
/** Milliseconds between two looks whether a rollout that lets its members end is cancelled. */
const LOOK = 2_000;

/** What a worker does for rollouts of its fleets. */
export function createFleetActivities(
  fleets: readonly HeldFleet[],
  client: Client,
  environment: NodeJS.ProcessEnv,
): FleetActivities {
  const fleetOf = (name: string): HeldFleet => {
    const found = fleets.find((fleet) => fleet.name === name);
    if (found) return found;
    throw new EngineError('LEDGER_INCOMPLETE', 'retry', `this worker does not serve the fleet ${name}`, {
      next: 'Add the fleet to the configuration of the worker.',
    });
  };
  return {
    fleetPlan: ({ fleet, only, wave, after, release }) =>
      inWords(() =>
        beating(
          () => fleet,
          async () => {
            const held = fleetOf(fleet);
            refuseOtherRelease(held, release.digest);
            const { notifications } = held.receivers;
            return {
              ...pageOf(planRollout(held, await held.members(), { only, wave }), after),
              ...(notifications.length > 0 && { notify: notificationPlans(notifications) }),
            };
          },
        ),
      ),
    fleetApply: (request) => inWords(() => applyAll(fleetOf(request.fleet), request, client, environment)),
    fleetAssert: ({ fleet: name, release, wave, members, lanes }) =>
      inWords(() =>
        beating(
          () => wave,
          async (control) => {
            const fleet = fleetOf(name);
            refuseOtherRelease(fleet, release.digest);
            const known = new Map((await fleet.members()).map((member) => [member.name, member]));
            const { failed, first } = await assertMembers({ fleet, wave, members, known, lanes }, control);
            return { failed, first: first && { member: first.member, message: boundedText(first.message, LONGEST) } };
          },
        ),
      ),
    fleetHealthy: ({ url, within = HEALTHY.within }) =>
      inWords(() =>
        beating(
          () => url,
          async (control) => {
            await awaitHealthy({ ...HEALTHY, url, within }, control);
          },
        ),
      ),
  };
}

async function applyAll(fleet: HeldFleet, request: FleetApplyRequest, client: Client, environment: NodeJS.ProcessEnv) {
  const { release, by, members, lanes, mayFail, rollout, wave } = request;
  refuseOtherRelease(fleet, release.digest);
  const link = await openLink({ client });
  const context = Context.current();
  const paused = new AbortController();
  const cancelled = new AbortController();
  const over = new AbortController();
  const settings: Omit<Lanes, 'known'> = {
    ...{ fleet, members, lanes, mayFail },
    rollout: { id: rollout, label: release.label, by, environment },
    pause: paused.signal,
    control: { signal: cancelled.signal, report: () => undefined },
    makeRoom: async (member) => {
      const target = `${fleet.name}/${member}`;
      return roomFor(new DeployRun(link, { target, environment: fleet.environment }), request).catch((error: unknown) => {
        // The member is tried again, and so is this.
        context.log.warn(`no room could be made at ${target}: ${(error as Error).message}`);
        return undefined;
      });
    },
    onEnd: ({ outcome }) => countMember(fleet, wave, outcome),
  };
  // An activity is told once that it is to stop: one that is held, and lets statements end, looks whether it is cancelled meanwhile.
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      if ((await wayOfStopping(context)) === 'cancel') return cancelled.abort();
      await pause(LOOK, over.signal);
    }
  };
  const stop = (): void => {
    paused.abort();
    if (context.cancellationDetails?.workerShutdown) cancelled.abort(GOES_ON);
    else void watch();
  };
  if (context.cancellationSignal.aborted) stop();
  else context.cancellationSignal.addEventListener('abort', stop, { once: true });
  let run: Run | undefined;
  const { faults, ...answer } = await beating(
    () => run && { ended: run.ended, of: members.length, running: [...run.running].slice(0, 20) },
    async () => {
      const known = new Map((await fleet.members()).map((member) => [member.name, member]));
      run = new Run({ ...settings, known });
      return run.all();
    },
  ).finally(() => over.abort());
  return { ...answer, faults: faults.map(bounded) };
}

/** A cancelled rollout stops the statements that run; one that is held, or stops, lets them end. Where nobody answers they end. */
async function wayOfStopping({ client, info }: Context): Promise<Stopping> {
  const { workflowId = '', runId } = info.workflowExecution ?? {};
  return client.workflow
    .getHandle(workflowId, runId)
    .query(stopping)
    .catch(() => 'pause' as const);
}

/**
 * A deploy of a member's own is in the way: an older release that waits gives its place up.
 * @returns the fault of one of this very release, which waits for a decision itself
 */
async function roomFor(run: DeployRun, { release, by }: FleetApplyRequest): Promise<MemberFault['fault'] | undefined> {
  const other = await run.facts();
  if (!other?.open) return undefined;
  if (other.memo.digest !== release.digest) {
    await makeRoom({ run, input: { by, release }, ifBusy: 'wait' }, other, () => undefined);
    return undefined;
  }
  const status = await run.status();
  return typeof status !== 'string' && status.state === 'blocked' ? status.fault : undefined;
}

/** Heartbeats while work goes on, so that a cancel is heard and a worker's death noticed. */
async function beating<T>(progress: () => unknown, work: (control: Control) => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(progress()), BEAT);
  try {
    return await work({ signal: context.cancellationSignal, report: () => undefined });
  } finally {
    clearInterval(timer);
  }
}

/** Errors as Temporal failures, with words for people. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  try {
    return await work();
  } catch (error) {
    if (context.cancellationSignal.aborted) throw await context.cancelled.catch((reason: unknown) => reason);
    context.log.warn((error as Error).message);
    if (error instanceof ConfigError)
      throw ApplicationFailure.create({ message: boundedText(error.message, MESSAGE), type: 'CONFIG', nonRetryable: true });
    throw activityFailure(error, true, context.info.attempt);
  }
}

/** @throws EngineError `RELEASE_DIFFERS` */
function refuseOtherRelease({ name, release }: HeldFleet, digest: string): void {
  if (release.digest === digest) return;
  throw new EngineError(
    'RELEASE_DIFFERS',
    'refused',
    `${name} was asked to roll out digest ${digest}, and this worker holds ${release.digest}`,
    {
      next: 'Start it with `pawl fleet deploy`, from the files of this worker.',
    },
  );
}

function bounded({ member, outcome, fault }: Omit<MemberFault, 'wave'>): Omit<MemberFault, 'wave'> {
  const { code, message, file, line, version } = fault;
  return {
    member,
    outcome,
    fault: {
      code,
      message: boundedText(message, LONGEST),
      file: file && boundedText(file, NAME),
      line,
      version: version && boundedText(version, NAME),
    },
  };
}

/** Characters of a message in the history: a chunk may have many. */
const LONGEST = 500;
