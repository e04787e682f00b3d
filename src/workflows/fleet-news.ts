import { fleetChoicesOf } from '../contract/fleet-choices.js';
import type { FleetBoard } from '../contract/fleet-board.js';
import type { FleetStatus } from '../contract/fleet.js';
import type { Told } from './notifier.js';

/** A rollout, as people are told of it. @param draw its page */
export function toldOfRollout(board: FleetBoard, draw: () => void): Told {
  return {
    board,
    say: (text) => {
      board.say(text);
      draw();
    },
    occasionOf: { stopped: 'blocked', 'waiting for approval': 'approval' },
    news() {
      const status = board.snapshot();
      const { fleet, environment, release, startedBy } = status;
      return {
        ...{ target: fleet, rollout: true, environment, release, startedBy },
        what: whatOf(status),
        commands: fleetChoicesOf(status),
      };
    },
  };
}

function whatOf({ fleet, state, waves, reason, faults }: FleetStatus): string {
  if (state === 'waiting for approval')
    return `The wave ${waves.find((wave) => wave.state === 'waiting for approval')?.name ?? ''} is next.`;
  const last = faults.at(-1);
  const member = last === undefined ? '' : ` ${fleet}/${last.member}: ${last.fault.message}`;
  return reason === undefined ? '' : `${reason}.${member}`;
}
