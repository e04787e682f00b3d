import type { HeldFleet } from '../config/hold-fleet.js';
import { planRollout, type RolloutChoice } from '../config/rollout.js';
import { refuseUnusableVariables } from '../config/unusable-variables.js';
import { FleetBoard } from '../contract/fleet-board.js';
import { assertionFault, failuresToStop, NO_COUNTS, stops, type FleetStatus, type WaveSettings } from '../contract/fleet.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { pause } from '../client/pause.js';
import { awaitHealthy } from '../signal/healthy.js';
import { assertMembers, type WaveCheck } from './assert-members.js';
import type { Rollout } from './deploy-member.js';
import { Run, type MemberEnd } from './lanes.js';

export interface DirectRollout extends RolloutChoice {
  readonly fleet: HeldFleet;
  readonly rollout: Rollout;
  /** Told after each member, and when a wave begins or ends. */
  readonly onSight: (status: FleetStatus, end?: MemberEnd) => void;
  readonly control: Control;
}

/** Nobody pauses a rollout of this process. */
const UNPAUSED = new AbortController().signal;

/** How long a wave's service may take to become healthy. */
export const HEALTHY = { within: '5m', every: '2s' } as const;

/**
 * The waves of a rollout one after the other in this process, without Temporal. Approvals count as given; what would wait for a decision
 * ends it. The next rollout goes on with what is left.
 * @returns how it ended: `done` (with or without members that failed), `stopped` or `cancelled`
 */
export async function rollOutDirectly({ fleet, rollout, control, onSight, ...choice }: DirectRollout): Promise<FleetStatus> {
  refuseUnusableVariables(fleet.fleet, rollout.environment);
  const members = await fleet.members();
  const waves = planRollout(fleet, members, choice);
  const known = new Map(members.map((member) => [member.name, member]));
  const { label, by } = rollout;
  const release = { digest: fleet.release.digest, label };
  const input = {
    fleet: fleet.name,
    environment: fleet.environment,
    release,
    stages: fleet.release.stages,
    by,
    onFailure: 'abort' as const,
  };
  const board = new FleetBoard(input, () => new Date());
  board.plan(waves);
  board.become('running');
  onSight(board.snapshot());
  for (const [index, { settings, members: names }] of waves.entries()) {
    board.wave(index, 'running');
    const { stopAfter, parallel } = settings;
    const mayFail = failuresToStop(stopAfter, 0, names.length, names.length);
    const run = new Run({
      ...{ fleet, known, rollout, control, mayFail },
      members: names,
      lanes: parallel,
      pause: UNPAUSED,
      onEnd: (ended) => {
        // Nobody decides about a deploy that has ended with its process.
        const end = ended.outcome === 'blocked' ? { ...ended, outcome: 'failed' as const } : ended;
        const fault = end.fault ? [{ member: end.member, outcome: end.outcome, fault: end.fault }] : [];
        board.ended(index, { counts: { ...NO_COUNTS, [end.outcome]: 1 }, applied: end.applied, faults: fault });
        onSight(board.snapshot(), end);
      },
    });
    await run.all();
    const isLast = index === waves.length - 1;
    if (!control.signal.aborted && stops(stopAfter, board.bad(index), names.length) && (!isLast || run.ended < names.length))
      board.stop(index);
    else board.wave(index, control.signal.aborted ? 'stopped' : 'done');
    onSight(board.snapshot());
    if (board.state === 'stopped') return board.snapshot();
    if (!isLast && !control.signal.aborted) {
      const check = { fleet, wave: settings.name, members: names, known, lanes: parallel };
      const fault = await settle(settings, check, control, (state) => {
        board.wave(index, state);
        onSight(board.snapshot());
      });
      if (fault !== undefined && !control.signal.aborted) {
        board.stop(index, fault);
        onSight(board.snapshot());
        return board.snapshot();
      }
    }
    if (control.signal.aborted) {
      board.become('cancelled');
      onSight(board.snapshot());
      return board.snapshot();
    }
  }
  board.become('done');
  onSight(board.snapshot());
  return board.snapshot();
}

/** Time for a wave to show what it does, and for its checks; a cancel ends it early. @returns what does not hold */
async function settle(
  { soak, healthy, healthyWithin: within = HEALTHY.within, assert, name }: WaveSettings,
  check: WaveCheck,
  control: Control,
  become: (state: 'soaking' | 'done') => void,
): Promise<string | undefined> {
  if (soak > 0) {
    become('soaking');
    await pause(soak, control.signal);
    become('done');
  }
  if (control.signal.aborted) return undefined;
  try {
    if (healthy !== undefined) await awaitHealthy({ ...HEALTHY, url: healthy, within }, control);
    return assert === undefined ? undefined : assertionFault(name, check.members.length, await assertMembers(check, control));
  } catch (error) {
    if (control.signal.aborted || error instanceof EngineError) return (error as Error).message;
    throw error;
  }
}
