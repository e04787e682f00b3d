import type { RolloutChoice } from '../../config/rollout.js';
import { actor, releaseLabel } from '../actor.js';
import type { Command } from '../context.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { openFleet } from '../open-fleet.js';
import type { FleetSettings } from './fleet-members.js';

export interface FleetDeploySettings extends FleetSettings, RolloutChoice {
  readonly release?: string;
  readonly by?: string;
  readonly direct?: boolean;
  readonly detach?: boolean;
  readonly withWorker?: boolean;
  readonly onFailure: 'block' | 'abort';
  readonly ifBusy: 'wait' | 'fail';
}

/** Rolls the release out to the members of a fleet, wave by wave. */
export const fleetDeploy: Command<FleetDeploySettings> = async (context, settings) => {
  const { only, wave, onFailure, ifBusy, detach = false } = settings;
  const [opened, label, by] = await Promise.all([
    openFleet(context, settings.fleet),
    settings.release ?? releaseLabel(context),
    actor(context, settings.by),
  ]);
  const interrupt = onInterrupt();
  const choice = { ...opened, label, by, only, wave, interrupt: interrupt.signal };
  try {
    if (settings.direct) {
      const { rollOutFromHere } = await import('../fleet/directly.js');
      return await rollOutFromHere(context, choice);
    }
    const { rollOutThroughTemporal } = await import('../fleet/through-temporal.js');
    const work = () => rollOutThroughTemporal(context, { ...choice, onFailure, ifBusy, detach });
    if (!settings.withWorker) return await work();
    const { withOwnWorker } = await import('../deploy/own-worker.js');
    return await withOwnWorker(context, { name: opened.fleet.name, loaded: opened.loaded }, work);
  } finally {
    interrupt.dispose();
  }
};
