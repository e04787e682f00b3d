import type { DeployActivities } from '../contract/activities.js';
import { recordDecision } from '../engine/acts/decide.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';
import { ownerOf } from './on-stage.js';

/** Writes an operator's decision into the audit. Waits however long the database is away. */
export function decide({ held }: Dependencies): DeployActivities['decide'] {
  return ({ key, verb, by, reason, version, ...ownership }) =>
    asActivity(Infinity, async (control, info) => {
      const event = { kind: `operator.${verb}` as const, by, reason, version };
      return recordDecision((await held(ownership.target)).target, ownerOf(ownership, info), event, key, control);
    });
}
