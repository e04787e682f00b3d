import type { RolloutChoice } from '../../config/rollout.js';
import { lookAtMembers } from '../../fleet/look.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openFleet } from '../open-fleet.js';
import { membersView } from '../view/members.js';
import type { FleetSettings } from './fleet-members.js';

/** Whether every member has exactly what the files say; reads only. */
export const fleetVerify: Command<FleetSettings & RolloutChoice> = async (context, { fleet: name, only, wave }) => {
  const { fleet } = await openFleet(context, name);
  const members = await lookAtMembers(fleet, { only, wave });
  const complete = members.every(({ state }) => state === 'current');
  context.output.report(membersView(fleet.name, members, context.output.look), {
    fleet: fleet.name,
    digest: fleet.release.digest,
    complete,
    members,
  });
  return complete ? EXIT.done : EXIT.findings;
};
