import { resolve } from 'node:path';
import { ClientError } from '../../client/client-error.js';
import { openLink } from '../../client/open-run.js';
import { rolloutRun, rolloutStatus, SILENCES } from '../../client/rollout.js';
import type { FleetStatus } from '../../contract/fleet.js';
import { deployWorkflowId } from '../../contract/names.js';
import { writePrivate } from '../../embedded/private-file.js';
import { lookAtMembers, type MemberSight } from '../../fleet/look.js';
import { TemporalError } from '../../temporal/temporal-error.js';
import type { Command, Context } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openFleet } from '../open-fleet.js';
import { fleetReport } from '../view/fleet-report.js';
import { fleetView } from '../view/fleet.js';
import { paint, wrap, type Look } from '../view/look.js';
import { membersView } from '../view/members.js';
import { webUiLink } from '../../temporal/web-ui.js';
import type { FleetSettings } from './fleet-members.js';

export interface FleetStatusSettings extends FleetSettings {
  readonly drift?: boolean | undefined;
  /** File that the page about the rollout is written to. */
  readonly html?: string | undefined;
}

/** Shows the rollout that runs or ran last, as Temporal tells it, and the members, as their ledgers tell. */
export const fleetStatus: Command<FleetStatusSettings> = async (context, settings) => {
  const { fleet } = await openFleet(context, settings.fleet);
  const { output } = context;
  const found = await rolloutOf(context, fleet).catch((error: unknown) => {
    // Without a page there are the members to show.
    const isAway = error instanceof ClientError || error instanceof TemporalError;
    if (isAway && settings.html === undefined) return error.message;
    throw error;
  });
  if (settings.html !== undefined) {
    if (typeof found === 'string')
      throw new ClientError('NO_ANSWER', found, 'The page is made of what the rollout answers: try again when it does.');
    const { status, linkOf } = found;
    await writePrivate(resolve(context.cwd, settings.html), fleetReport(status, linkOf));
    output.say(`The report of the rollout of ${status.release.label} is in ${settings.html}.`);
  }
  const members = await lookAtMembers(fleet, {}, { drift: settings.drift ?? false });
  const head = typeof found === 'string' ? found : rolloutView(found.status, members, output.look);
  output.report([head, membersView(fleet.name, members, output.look)].join('\n\n'), {
    fleet: fleet.name,
    environment: fleet.environment,
    digest: fleet.release.digest,
    rollout: typeof found === 'string' ? null : found.status,
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

interface Found {
  readonly status: FleetStatus;
  /** The page of a member's own deploy in the Web UI. */
  readonly linkOf: (member: string) => string | undefined;
}

async function rolloutOf(
  context: Context,
  { name, environment }: { readonly name: string; readonly environment: string | undefined },
): Promise<Found | string> {
  const link = await openLink({});
  try {
    const status = await rolloutStatus(rolloutRun(link, { target: name, environment }));
    if (typeof status === 'string') return `the rollout of ${name} does not answer: ${SILENCES[status]}`;
    const { address, namespace } = link;
    const linkOf = (member: string) =>
      webUiLink(context, { address, namespace }, deployWorkflowId({ target: `${name}/${member}`, environment }));
    return { status, linkOf };
  } finally {
    await link.close();
  }
}
