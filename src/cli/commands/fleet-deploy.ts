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
}

/** Rolls the release out to the members of a fleet, wave by wave. */
export const fleetDeploy: Command<FleetDeploySettings> = async (context, settings) => {
  const { only, wave } = settings;
  const [opened, label, by] = await Promise.all([
    openFleet(context, settings.fleet),
    settings.release ?? releaseLabel(context),
    actor(context, settings.by),
  ]);
  const interrupt = onInterrupt();
  try {
    const { rollOutFromHere } = await import('../fleet/directly.js');
    return await rollOutFromHere(context, { ...opened, label, by, only, wave, interrupt: interrupt.signal });
  } finally {
    interrupt.dispose();
  }
};
