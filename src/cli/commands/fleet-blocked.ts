import { decideBlocked } from '../../client/blocked-members.js';
import { openLink } from '../../client/open-run.js';
import { counted } from '../../text/counted.js';
import { actor } from '../actor.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { EXIT } from '../exit-code.js';
import { namedFleet } from '../named-fleet.js';
import { paint } from '../view/look.js';
import type { FleetSettings } from './fleet-members.js';

export interface FleetBlockedSettings extends FleetSettings {
  readonly verb: 'retry' | 'skip';
  readonly all?: boolean | undefined;
  readonly only?: readonly string[] | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Retries or skips at the members that a rollout has left blocked, and waits for what comes of it. */
export const fleetBlocked: Command<FleetBlockedSettings> = async (context, settings) => {
  const { verb, all, only, reason } = settings;
  if (!all && !only) throw usage(`which members does "fleet ${verb}" mean?`, 'Say --all, or name them: --only <member...>.');
  if (verb === 'skip' && reason === undefined)
    throw usage('"fleet skip" needs a reason: it goes into the audit of each member', 'Add --reason "...".');
  const name = await namedFleet(context, settings.fleet);
  const by = await actor(context, settings.by);
  const link = await openLink({});
  const interrupt = onInterrupt();
  try {
    const members = await decideBlocked(link, name, { verb, by, reason, only }, interrupt.signal);
    const open = members.filter(({ state }) => state !== 'done' && state !== 'not blocked');
    const look = context.output.look;
    const named = only === undefined ? [] : members.filter(({ state }) => state === 'not blocked');
    const lines = [
      ...open.map(({ member, state, message }) => paint(look, 'red', `✗ ${name.target}/${member} ${state}: ${message ?? ''}`)),
      ...named.map(({ member }) => paint(look, 'yellow', `! ${name.target}/${member} is not blocked; it was left alone`)),
    ];
    const done = members.filter(({ state }) => state === 'done').length;
    const others = members.length - done - open.length;
    const sentence = paint(
      look,
      open.length === 0 ? 'green' : 'yellow',
      `${name.target}: ${counted(done, 'member')} done, ${open.length} not${others > 0 ? `, ${others} not blocked` : ''}`,
    );
    context.output.report([...lines, sentence].join('\n'), {
      fleet: name.target,
      environment: name.environment,
      verb,
      by,
      reason,
      members,
    });
    return open.length === 0 ? EXIT.done : EXIT.blocked;
  } finally {
    interrupt.dispose();
    await link.close();
  }
};

function usage(message: string, next: string): CliError {
  return new CliError(EXIT.usage, 'USAGE', message, next);
}
