import { randomUUID } from 'node:crypto';
import { addMember } from '../../fleet/add-member.js';
import { counted } from '../../text/counted.js';
import { actor, releaseLabel } from '../actor.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openFleet } from '../open-fleet.js';
import { paint } from '../view/look.js';
import type { FleetSettings } from './fleet-members.js';

export interface FleetAddSettings extends FleetSettings {
  readonly member: string;
  /** `column=value`. */
  readonly set?: readonly string[] | undefined;
  readonly by?: string | undefined;
  readonly release?: string | undefined;
}

/** Makes the database or the schema of a new member, and deploys the release to it, from this process. */
export const fleetAdd: Command<FleetAddSettings> = async (context, settings) => {
  const { fleet } = await openFleet(context, settings.fleet);
  const [label, by] = await Promise.all([settings.release ?? releaseLabel(context), actor(context, settings.by)]);
  const columns = Object.fromEntries((settings.set ?? []).map(pairOf));
  const rollout = { id: randomUUID(), label, by, environment: { ...context.environment } };
  const { made, applied, listed } = await addMember(fleet, { ...columns, name: settings.member }, rollout, idleControl());
  const { output } = context;
  const target = `${fleet.name}/${settings.member}`;
  const what = made === undefined ? '' : `${made} is made, `;
  const done = paint(output.look, 'green', `✓ ${target}: ${what}${counted(applied, 'migration')} applied`);
  const unlisted = listed
    ? []
    : [`  The source of the members does not have ${settings.member}: add it there, or the next rollout leaves it out.`];
  output.report([done, ...unlisted].join('\n'), { target, made, applied, listed });
  return EXIT.done;
};

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CliError(EXIT.usage, 'USAGE', `"${text}" is no column with its value`, 'Write --set host=db-7.example.');
}
