import type { RolloutChoice } from '../../config/rollout.js';
import { lookAtMembers } from '../../fleet/look.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openFleet } from '../open-fleet.js';
import { membersView } from '../view/members.js';
import type { FleetSettings } from './fleet-members.js';

/** Says what a rollout would do, by wave and member; reads only. */
export const fleetPlan: Command<FleetSettings & RolloutChoice> = async (context, { fleet: name, only, wave }) => {
  const { fleet } = await openFleet(context, name);
  const sights = await lookAtMembers(fleet, { only, wave });
  const refused = sights.some(({ state }) => state === 'refused' || state === 'unreachable');
  context.output.report(membersView(fleet.name, sights, context.output.look), {
    fleet: fleet.name,
    digest: fleet.release.digest,
    members: sights,
  });
  return refused ? EXIT.failed : EXIT.done;
};
