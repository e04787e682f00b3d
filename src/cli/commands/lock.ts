import { engineTarget } from '../../config/engine-target.js';
import { breakLock, lockStatus } from '../../engine/acts/break-lock.js';
import { actor } from '../actor.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';
import { requiredReason } from '../required-reason.js';
import { lockStatusText } from '../view/lock-status.js';

interface Named {
  readonly target?: string | undefined;
}

export interface BreakSettings extends Named {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Shows who may deploy to a target now and whose session works on it. */
export const showLock: Command<Named> = async (context, settings) => {
  const opened = await openTarget(context, settings.target);
  const status = await lockStatus(engineTarget(opened, context.environment));
  context.output.report(lockStatusText(opened.name, status), { target: opened.name, ...status });
  return EXIT.done;
};

/** Takes the target away from an owner that is gone for good. */
export const breakTargetLock: Command<BreakSettings> = async (context, settings) => {
  const reason = requiredReason(
    settings.reason,
    'lock break',
    "it ends somebody's deploy",
    'pawl lock break [target] --reason "..."',
  );
  const opened = await openTarget(context, settings.target);
  const by = await actor(context, settings.by);
  const before = await breakLock(engineTarget(opened, context.environment), { by, reason });
  const text =
    before.lease || before.holder
      ? `${lockStatusText(opened.name, before)}\nThat is over: the next deploy may start.`
      : lockStatusText(opened.name, before);
  context.output.report(text, { target: opened.name, broken: before, by, reason });
  return EXIT.done;
};
