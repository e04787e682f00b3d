import { migrationStages } from '../config/held-target.js';
import type { DeployActivities } from '../contract/activities.js';
import { verifyComplete } from '../engine/acts/finish.js';
import type { Dependencies } from './dependencies.js';
import { onStage } from './on-stage.js';

/** Proves that the applied set is the files. */
export function verify({ held }: Dependencies): DeployActivities['verify'] {
  return (request) =>
    onStage(held, request, (holding, owner, control) => verifyComplete(holding.target, owner, migrationStages(holding), control));
}
