import { deployInput } from '../../client/deploy-input.js';
import { readRelease } from '../../config/release.js';
import { stagesUpTo } from '../../engine/files/up-to.js';
import { milliseconds } from '../../text/duration.js';
import { actor, releaseLabel } from '../actor.js';
import type { Command } from '../context.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { refuseFaults } from '../deploy/refuse-faults.js';
import { nameOf } from '../named-deploy.js';
import { openTarget } from '../open-target.js';

export interface DeploySettings {
  readonly target?: string | undefined;
  readonly release?: string;
  /** The version that the deploy ends with. */
  readonly to?: string;
  readonly detach?: boolean;
  readonly ifBusy: 'wait' | 'fail';
  readonly onFailure: 'block' | 'abort';
  readonly by?: string;
  readonly withWorker?: boolean;
  /** How long to wait for a worker that holds this release, such as `5m`. */
  readonly waitWorker?: string;
  readonly direct?: boolean;
  /** Print what any client of Temporal starts the deploy with, and start nothing. */
  readonly printInput?: boolean;
}

/** Starts or joins the deploy of a target and follows it; or does it from this process. */
export const deploy: Command<DeploySettings> = async (context, settings) => {
  const { ifBusy, onFailure, to, detach = false, withWorker: ownWorker = false } = settings;
  const opened = await openTarget(context, settings.target);
  // git answers while the files are read.
  const names = Promise.all([settings.release ?? releaseLabel(context), actor(context, settings.by)]);
  const release = await readRelease(opened, opened.loaded.root);
  refuseFaults(context, release);
  if (to !== undefined) stagesUpTo([...release.migrations.values()], to);
  const [label, by] = await names;
  if (settings.printInput) {
    const { printInput } = await import('../deploy/print-input.js');
    return printInput(context, deployInput(nameOf(opened), release, { label, by, to, onFailure }));
  }
  const interrupt = onInterrupt();
  try {
    if (settings.direct) {
      const { deployDirectly } = await import('../deploy/directly.js');
      return await deployDirectly(context, { opened, label, by, to, ifBusy, interrupt: interrupt.signal });
    }
    const { deployThroughTemporal } = await import('../deploy/through-temporal.js');
    const work = () =>
      deployThroughTemporal(context, {
        opened,
        release,
        label,
        by,
        to,
        onFailure,
        ifBusy,
        detach,
        ownWorker,
        waitWorker: settings.waitWorker === undefined ? undefined : milliseconds(settings.waitWorker),
        interrupt: interrupt.signal,
      });
    if (!ownWorker) return await work();
    const { withOwnWorker } = await import('../deploy/own-worker.js');
    return await withOwnWorker(context, opened, work);
  } finally {
    interrupt.dispose();
  }
};
