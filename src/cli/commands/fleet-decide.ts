import type { UpdateDefinition } from '@temporalio/client';
import { sendDecision } from '../../client/decide.js';
import { rolloutRun } from '../../client/rollout.js';
import { openLink } from '../../client/open-run.js';
import type { Decision } from '../../contract/decision.js';
import { fleetApprove, fleetCancel, fleetHold, fleetResume } from '../../contract/fleet-messages.js';
import { actor } from '../actor.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { namedFleet } from '../named-fleet.js';
import type { FleetSettings } from './fleet-members.js';

const VERBS = { hold: fleetHold, resume: fleetResume, approve: fleetApprove, cancel: fleetCancel } as const;

export interface FleetDecisionSettings extends FleetSettings {
  readonly verb: keyof typeof VERBS;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

/** Sends a decision about a whole rollout and reports the answer. */
export const fleetDecide: Command<FleetDecisionSettings> = async (context, { fleet, verb, by: told, reason }) => {
  const name = await namedFleet(context, fleet);
  const by = await actor(context, told);
  const link = await openLink({});
  try {
    const decision = { by, ...(reason !== undefined && { reason }) };
    const answer = await sendDecision(rolloutRun(link, name), VERBS[verb] as UpdateDefinition<string, [Decision]>, decision);
    context.output.report(answer, { fleet: name.target, environment: name.environment, verb, by, reason, answer });
    return EXIT.done;
  } finally {
    await link.close();
  }
};
