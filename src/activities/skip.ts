import { migrationStages } from '../config/held-target.js';
import type { DeployActivities } from '../contract/activities.js';
import { skipMigration } from '../engine/acts/decide.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';
import { ownerOf } from './on-stage.js';

/** Puts a migration into the applied set without running it. Waits however long the database is away. */
export function skip({ held }: Dependencies): DeployActivities['skip'] {
  return (request) =>
    asActivity(Infinity, async (control, info) => {
      const holding = await held(request.target);
      return skipMigration(holding.target, ownerOf(request, info), migrationStages(holding), request, control);
    });
}
