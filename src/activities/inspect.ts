import { notificationPlans } from '../config/notification.js';
import { migrationStages } from '../config/held-target.js';
import type { DeployActivities } from '../contract/activities.js';
import { boundedFindings } from '../contract/bounded.js';
import { failingAssertions } from '../engine/acts/failing-assertions.js';
import { verifyTarget } from '../engine/plan/verify.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';

/** Milliseconds: the next one of the schedule tries again. */
const PATIENCE = 60_000;

/** Holds the database against the files that are here, as `pawl verify` does. */
export function inspect({ held }: Dependencies): DeployActivities['inspect'] {
  return async ({ target }) => {
    const holding = await held(target);
    return asActivity(PATIENCE, async (control) => {
      const { applied, files, findings } = await verifyTarget(holding.target, migrationStages(holding));
      const complete = !findings.some(({ code }) => code === 'NOT_APPLIED');
      const assertions = complete ? [...holding.release.assertions.values()].flat() : [];
      const found = [...findings, ...(await failingAssertions(holding.target, assertions, control))];
      const notify = notificationPlans(holding.notify).filter(({ on }) => on.includes('drift'));
      return { applied, files, ...boundedFindings(found), ...(notify.length > 0 && { notify }) };
    });
  };
}
