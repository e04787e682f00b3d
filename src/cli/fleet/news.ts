import type { FleetStatus } from '../../contract/fleet.js';
import { summaryOf } from '../../contract/fleet-board.js';
import type { Output } from '../output.js';
import { LiveText } from '../deploy/live-text.js';
import { fleetView } from '../view/fleet.js';
import { timelineLine } from '../view/timeline.js';

/** Tells a person or a program how a rollout goes on. */
export interface FleetNews {
  sight(status: FleetStatus, end?: { readonly member: string; readonly outcome: string; readonly applied: number }): void;
  end(): void;
}

/** On a terminal the picture is redrawn, elsewhere each wave and each member that failed is a line; programs get a line for each. */
export function createFleetNews(output: Output, since: number): FleetNews {
  const live = new LiveText(output);
  const plain = new PlainFleetNews(output);
  return {
    sight(status, end) {
      if (output.streams && end) output.event({ event: 'member', at: new Date().toISOString(), fleet: status.fleet, ...end });
      if (output.live) live.draw(fleetView(status, output.newsLook, (Date.now() - since) / 1_000));
      else plain.sight(status);
    },
    end: () => live.end(),
  };
}

class PlainFleetNews {
  #states = new Map<string, string>();
  #faults = 0;
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  sight({ fleet, waves, faults }: FleetStatus): void {
    for (const wave of waves) {
      const { name, state, total } = wave;
      if (state === 'waiting' || this.#states.get(name) === state) continue;
      this.#states.set(name, state);
      this.#say(state === 'running' ? `wave ${name}: ${total} members` : `wave ${name} ${state}: ${summaryOf([wave])}`);
    }
    for (const { member, outcome, fault } of faults.slice(this.#faults))
      this.#say(`${fleet}/${member} ${outcome}: ${fault.message}`);
    this.#faults = Math.max(this.#faults, faults.length);
  }

  #say(text: string): void {
    this.#output.say(timelineLine({ at: new Date().toISOString(), text }, this.#output.newsLook));
  }
}
