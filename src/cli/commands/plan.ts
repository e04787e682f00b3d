import { plannedSql } from '../../engine/acts/planned-sql.js';
import { stagesUpTo } from '../../engine/files/up-to.js';
import { planTarget } from '../../engine/plan/plan.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openRelease } from '../open-release.js';
import { planDocument, planView } from '../view/plan.js';
import { findingList } from '../view/finding.js';
import { planSqlView } from '../view/plan-sql.js';

export interface PlanSettings {
  readonly target?: string | undefined;
  /** The version that the deploy would end with. */
  readonly to?: string | undefined;
  /** Print the SQL of what is pending. */
  readonly sql?: boolean | undefined;
}

/** Says what a deploy would do; changes nothing. */
export const plan: Command<PlanSettings> = async (context, settings) => {
  const { output } = context;
  const { to, sql = false } = settings;
  const { name, engine, stages, release } = await openRelease(context, settings.target);
  const plan = await planTarget(engine, to === undefined ? stages : stagesUpTo(stages, to).stages);
  const headline = { target: name, digest: release.digest, to };
  const refused = plan.findings.some(({ severity }) => severity === 'error');
  if (sql && !refused) {
    const planned = await plannedSql(engine, plan);
    if (plan.findings.length > 0) output.say(findingList(plan.findings, output.newsLook));
    output.report(planSqlView(headline, planned), { ...planDocument(headline, plan), sql: planned });
  } else output.report(planView(headline, plan, output.look), planDocument(headline, plan));
  return refused ? EXIT.failed : EXIT.done;
};
