import { engineTarget } from '../../config/engine-target.js';
import { readRelease } from '../../config/release.js';
import { planTarget } from '../../engine/plan/plan.js';
import type { Command } from '../context.js';
import { refuseFaults } from '../deploy/refuse-faults.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';
import { planDocument, planView } from '../view/plan.js';

export interface PlanSettings {
  readonly target?: string | undefined;
}

/** Says what a deploy would do; changes nothing. */
export const plan: Command<PlanSettings> = async (context, settings) => {
  const opened = await openTarget(context, settings.target);
  const release = await readRelease(opened.target, opened.loaded.root);
  refuseFaults(context, release);
  const plan = await planTarget(engineTarget(opened, context.environment), [...release.migrations.values()]);
  const headline = { target: opened.name, digest: release.digest };
  context.output.report(planView(headline, plan, context.output.look), planDocument(headline, plan));
  return plan.findings.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
};
