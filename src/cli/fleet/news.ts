import type { FleetStatus, MemberFault, WaveStatus } from '../../contract/fleet.js';
import { summaryOf } from '../../contract/fleet-board.js';
import { counted } from '../../text/counted.js';
import type { Output } from '../output.js';
import { LiveText } from '../deploy/live-text.js';
import { fleetView } from '../view/fleet.js';
import { timelineLine } from '../view/timeline.js';

/** Tells a person or a program how a rollout goes on. */
export interface FleetNews {
  /** @param end what a member has come to, where each is told */
  sight(status: FleetStatus, end?: { readonly member: string; readonly outcome: string; readonly applied: number }): void;
  end(): void;
}

/**
 * On a terminal the picture is redrawn, elsewhere each wave and each member that failed is a line. Programs get the same as JSON, and each
 * member where each is told.
 */
export function createFleetNews(output: Output, since: number): FleetNews {
  const live = new LiveText(output);
  const changes = new Changes();
  return {
    sight(status, end) {
      const { fleet } = status;
      const { waves, faults } = changes.in(status);
      if (output.streams) {
        const head = { at: new Date().toISOString(), fleet };
        for (const { name, ...wave } of waves) output.event({ event: 'wave', ...head, wave: name, ...wave });
        for (const member of end ? [end] : faults) output.event({ event: 'member', ...head, ...member });
      }
      if (output.live) live.draw(fleetView(status, output.newsLook, (Date.now() - since) / 1_000));
      else for (const text of linesOf(fleet, waves, faults)) output.say(lineOf(text, output));
    },
    end: () => live.end(),
  };
}

/** What a status has that the one before had not. */
class Changes {
  #states = new Map<string, string>();
  #faults = 0;

  in({ waves, faults }: FleetStatus): { readonly waves: readonly WaveStatus[]; readonly faults: readonly MemberFault[] } {
    const changed = waves.filter(({ name, state }) => state !== (this.#states.get(name) ?? 'waiting'));
    for (const { name, state } of changed) this.#states.set(name, state);
    const added = faults.slice(this.#faults);
    this.#faults = Math.max(this.#faults, faults.length);
    return { waves: changed, faults: added };
  }
}

function linesOf(fleet: string, waves: readonly WaveStatus[], faults: readonly MemberFault[]): string[] {
  return [
    ...waves.map((wave) =>
      wave.state === 'running'
        ? `wave ${wave.name}: ${counted(wave.total, 'member')}`
        : `wave ${wave.name} ${wave.state}: ${summaryOf([wave])}`,
    ),
    ...faults.map(({ member, outcome, fault }) => `${fleet}/${member} ${outcome}: ${fault.message}`),
  ];
}

const lineOf = (text: string, { newsLook }: Output): string => timelineLine({ at: new Date().toISOString(), text }, newsLook);
