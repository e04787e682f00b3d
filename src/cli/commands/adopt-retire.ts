import { inProcess } from '../../direct/in-process.js';
import { planRetirement, retireTracker } from '../../engine/acts/retire.js';
import { actor } from '../actor.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import type { OpenedRelease } from '../open-release.js';
import { requiredReason } from '../required-reason.js';

export interface RetireSettings {
  readonly yes?: boolean;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Shows which tables of the old tool would be dropped, or drops them. */
export async function retire(
  { output, ...context }: Context,
  { name, engine, stages, release }: OpenedRelease,
  { yes, ...settings }: RetireSettings,
): Promise<ExitCode> {
  const usage = 'pawl adopt [target] --retire --yes --reason "..."';
  const reason = yes ? requiredReason(settings.reason, 'adopt --retire', 'what it drops is gone', usage) : undefined;
  const found = await planRetirement(engine, stages);
  if (!found) {
    output.report(`${name}: nothing to retire; no tracker was adopted here, or it is gone.`, { target: name, tables: [] });
    return EXIT.done;
  }
  const { tracker, tables } = found;
  if (reason === undefined) {
    const text = [
      `${name}: would drop ${tables.join(', ')}; ${tracker.tool} was adopted on ${tracker.at.toISOString()}.`,
      `The ledger holds all that it claims. After this there is no way back to ${tracker.tool} but a backup.`,
      '',
      `To do it: pawl adopt ${name} --retire --yes --reason "..."`,
    ].join('\n');
    output.report(text, { target: name, wouldDrop: tables });
    return EXIT.done;
  }
  const by = await actor({ output, ...context }, settings.by);
  const claim = { release: release.digest, label: 'adopt --retire', by };
  // Without the files, so that a pending one that is faulty does not stand in the way.
  const dropped = await inProcess({ ...engine, adopt: undefined }, claim, [], idleControl(), (owner) =>
    retireTracker(engine, owner, stages, { by, reason }, idleControl()),
  );
  output.report(`${name}: dropped ${dropped.join(', ')}. Take \`adopt\` out of the configuration.`, { target: name, dropped });
  return EXIT.done;
}
