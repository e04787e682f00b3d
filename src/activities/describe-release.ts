import type { DeployActivities } from '../contract/activities.js';
import type { Dependencies } from './dependencies.js';

/** The stage plan of the release that is here; whoever starts a deploy without the files asks for it. */
export function describeRelease({ held }: Dependencies): DeployActivities['describeRelease'] {
  return async ({ target }) => (await held(target)).release.stages;
}
