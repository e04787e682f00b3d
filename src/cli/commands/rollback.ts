import { rollbackNewest } from '../../engine/acts/rollback.js';
import { actor } from '../actor.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { inProcess } from '../../direct/in-process.js';
import { openRelease } from '../open-release.js';
import { requiredReason } from '../required-reason.js';

export interface RollbackSettings {
  readonly target?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Runs the down part of the newest applied migration and takes its row away, in one transaction. */
export const rollback: Command<RollbackSettings> = async (context, settings) => {
  const reason = requiredReason(
    settings.reason,
    'rollback',
    'what a down file drops is gone',
    'pawl rollback [target] --reason "..."',
  );
  const { name, engine, stages, release } = await openRelease(context, settings.target);
  const by = await actor(context, settings.by);
  // Without the files, so that a pending one that is faulty does not stand in the way.
  const claim = { release: release.digest, label: 'rollback', by };
  const undone = await inProcess({ ...engine, adopt: undefined }, claim, [], idleControl(), (owner) =>
    rollbackNewest(engine, owner, stages, { by, reason }, idleControl()),
  );
  const text = `${name}: ${undone.name} is rolled back.\nRemove or correct its file before the next deploy, which would apply it again.`;
  context.output.report(text, { target: name, ...undone, by, reason });
  return EXIT.done;
};
