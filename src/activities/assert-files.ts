import type { DeployActivities } from '../contract/activities.js';
import { assertFiles as assertAll } from '../engine/acts/assert.js';
import type { Dependencies } from './dependencies.js';
import { onStage } from './on-stage.js';

/** Runs the assertions of a stage. */
export function assertFiles({ held }: Dependencies): DeployActivities['assertFiles'] {
  return (request) =>
    onStage(held, request, (holding, _owner, control) =>
      assertAll(holding.target, holding.release.assertions.get(request.stage) ?? [], control),
    );
}
