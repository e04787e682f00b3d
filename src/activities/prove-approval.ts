import type { DeployActivities } from '../contract/activities.js';
import { proveApproval as prove } from '../signature/prove-approval.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';

/** Proves that an approval is signed by whom it names, by the signers that the release of this worker allows. */
export function proveApproval({ held }: Dependencies): DeployActivities['proveApproval'] {
  return async ({ target, stage, ...claim }) => {
    const { release } = await held(target);
    return asActivity(0, () => {
      const signers = release.signers.get(stage);
      if (!signers) throw new TypeError(`stage ${stage} of ${target} asks for no signatures`);
      return Promise.resolve(prove(claim, signers, Date.now()));
    });
  };
}
