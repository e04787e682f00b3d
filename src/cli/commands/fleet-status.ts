import { ClientError } from '../../client/client-error.js';
import { openLink } from '../../client/open-run.js';
import { rolloutRun, rolloutStatus, SILENCES } from '../../client/rollout.js';
import type { FleetStatus } from '../../contract/fleet.js';
import { lookAtMembers, type MemberSight } from '../../fleet/look.js';
import { TemporalError } from '../../temporal/temporal-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openFleet } from '../open-fleet.js';
import { fleetView } from '../view/fleet.js';
import { paint, wrap, type Look } from '../view/look.js';
import { membersView } from '../view/members.js';
import type { FleetSettings } from './fleet-members.js';

export interface FleetStatusSettings extends FleetSettings {
  readonly drift?: boolean | undefined;
}

/** Shows the rollout that runs or ran last, as Temporal tells it, and the members, as their ledgers tell. */
export const fleetStatus: Command<FleetStatusSettings> = async (context, settings) => {
  const { fleet } = await openFleet(context, settings.fleet);
  const { output } = context;
  const rollout = await rolloutOf(fleet).catch((error: unknown) => {
    if (error instanceof ClientError || error instanceof TemporalError) return error.message;
    throw error;
  });
  const members = await lookAtMembers(fleet, {}, { drift: settings.drift ?? false });
  const head = typeof rollout === 'string' ? rollout : rolloutView(rollout, members, output.look);
  output.report([head, membersView(fleet.name, members, output.look)].join('\n\n'), {
    fleet: fleet.name,
    environment: fleet.environment,
    digest: fleet.release.digest,
    rollout: typeof rollout === 'string' ? null : rollout,
    members,
  });
  return EXIT.done;
};

/** A member that failed and has everything by now is none of those that failed. */
function rolloutView(rollout: FleetStatus, members: readonly MemberSight[], look: Look): string {
  const current = new Set(members.flatMap(({ member, state }) => (state === 'current' ? [member] : [])));
  const faults = rollout.faults.filter(({ member }) => !current.has(member));
  const since = rollout.faults.filter(({ member }) => current.has(member)).map(({ member }) => member);
  const view = fleetView({ ...rollout, faults }, look);
  return since.length === 0
    ? view
    : `${view}\n${paint(look, 'green', wrap(`up to date by now: ${since.join(', ')}`, look.columns, '✓ '))}`;
}

async function rolloutOf({
  name,
  environment,
}: {
  readonly name: string;
  readonly environment: string | undefined;
}): Promise<FleetStatus | string> {
  const link = await openLink({});
  try {
    const status = await rolloutStatus(rolloutRun(link, { target: name, environment }));
    return typeof status === 'string' ? `The rollout of ${name} does not answer: ${SILENCES[status]}.` : status;
  } finally {
    await link.close();
  }
}
