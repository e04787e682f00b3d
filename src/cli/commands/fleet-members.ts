import { planRollout } from '../../config/rollout.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openFleet } from '../open-fleet.js';
import { pad } from '../view/look.js';

export interface FleetSettings {
  readonly fleet?: string | undefined;
}

/** Lists the members of a fleet as their source has them now, by wave. */
export const fleetMembers: Command<FleetSettings> = async (context, settings) => {
  const { fleet } = await openFleet(context, settings.fleet);
  const waves = planRollout(fleet, await fleet.members());
  const columns = Math.max(4, ...waves.map((wave) => wave.settings.name.length));
  const lines = waves.flatMap((wave) => wave.members.map((member) => `${pad(wave.settings.name, columns)}  ${member}`));
  const documents = waves.map((wave) => ({ wave: wave.settings.name, members: wave.members }));
  context.output.report(lines.join('\n') || `${fleet.name} has no members`, { fleet: fleet.name, waves: documents });
  return EXIT.done;
};
