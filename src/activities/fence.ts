import type { DeployActivities } from '../contract/activities.js';
import { withFence } from '../engine/lease/with-lock.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';
import { ownerOf } from './on-stage.js';

/** Moves the epoch on: an attempt that may still be alive can commit nothing any more. Waits however long the database is away. */
export function fence({ held }: Dependencies): DeployActivities['fence'] {
  return (request) =>
    asActivity(Infinity, async (control, info) => {
      const { target } = await held(request.target);
      return withFence(target, ownerOf(request, info), control, (_session, { epoch }) => Promise.resolve({ epoch }));
    });
}
