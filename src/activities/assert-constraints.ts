import type { DeployActivities } from '../contract/activities.js';
import { assertConstraints as assertAll } from '../engine/constraints/assert.js';
import type { Dependencies } from './dependencies.js';
import { onStage, stageOf } from './on-stage.js';

/** Looks whether the constraints of a stage exist, as written, validated. */
export function assertConstraints({ held }: Dependencies): DeployActivities['assertConstraints'] {
  return (request) =>
    onStage(held, request, (holding, owner, control) =>
      assertAll(holding.target, owner, stageOf(holding, request.stage), control),
    );
}
