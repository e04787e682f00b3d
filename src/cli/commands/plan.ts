import { planTarget } from '../../engine/plan/plan.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openRelease } from '../open-release.js';
import { planDocument, planView } from '../view/plan.js';

export interface PlanSettings {
  readonly target?: string | undefined;
}

/** Says what a deploy would do; changes nothing. */
export const plan: Command<PlanSettings> = async (context, settings) => {
  const { name, engine, stages, release } = await openRelease(context, settings.target);
  const plan = await planTarget(engine, stages);
  const headline = { target: name, digest: release.digest };
  context.output.report(planView(headline, plan, context.output.look), planDocument(headline, plan));
  return plan.findings.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
};
