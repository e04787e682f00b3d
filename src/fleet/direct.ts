import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldFleet } from '../config/hold-fleet.js';
import { planRollout, type RolloutChoice } from '../config/rollout.js';
import { FleetBoard } from '../contract/fleet-board.js';
import { NO_COUNTS, stops, type FleetStatus } from '../contract/fleet.js';
import type { Control } from '../engine/control.js';
import { awaitHealthy } from '../signal/healthy.js';
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
    const mayFail = firstCount((bad) => stops(stopAfter, bad, names.length), names.length);
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
    const stopped = board.bad(index) > 0 && stops(stopAfter, board.bad(index), names.length);
    board.wave(index, control.signal.aborted || (stopped && !isLast) ? 'stopped' : 'done');
    if (control.signal.aborted) board.become('cancelled');
    else if (stopped && (!isLast || run.ended < names.length)) {
      board.reason = `${board.bad(index)} of ${names.length} members of ${settings.name} failed`;
      board.wave(index, 'stopped');
      board.become('stopped');
    }
    onSight(board.snapshot());
    if (board.state !== 'running') return board.snapshot();
    if (!isLast && settings.soak > 0) {
      board.wave(index, 'soaking');
      onSight(board.snapshot());
      await sleep(settings.soak, undefined, { signal: control.signal });
      board.wave(index, 'done');
    }
    if (settings.healthy !== undefined) await awaitHealthy({ url: settings.healthy, ...HEALTHY }, control);
  }
  board.become('done');
  onSight(board.snapshot());
  return board.snapshot();
}

/** The smallest count for which something holds; undefined where it holds for none. */
export function firstCount(holds: (count: number) => boolean, most: number): number | undefined {
  for (let count = 1; count <= most; count += 1) if (holds(count)) return count;
  return undefined;
}
