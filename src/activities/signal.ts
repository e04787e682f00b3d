import type { DeployActivities } from '../contract/activities.js';
import { crashPoint } from '../engine/crash-point.js';
import type { Dependencies } from './dependencies.js';
import { onStage } from './on-stage.js';

/** Tells one dependent of a `signal` stage. */
export function signal({ held, tell }: Dependencies): DeployActivities['signal'] {
  return (request) =>
    onStage(held, request, async (holding, owner, control) => {
      const stage = holding.stages[request.stage]!;
      if (!('signal' in stage)) throw new TypeError(`stage ${request.stage} is no signal stage`);
      const key = `${owner.deployId}-${request.stage}-${request.dependent}`;
      const message = {
        target: holding.target.name,
        release: request.release.label,
        digest: request.release.digest,
        deployId: owner.deployId,
      };
      const told = await tell(stage.signal[request.dependent]!, { key, message, target: holding.target }, control);
      crashPoint('after-signal');
      return told;
    });
}
