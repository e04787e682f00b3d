import type { Plan } from '../../engine/plan/plan.js';
import { leftText } from '../../contract/up-to.js';
import { findingList } from './finding.js';
import { cut, paint, spread, type Look } from './look.js';

export interface PlanHeadline {
  readonly target: string;
  readonly digest: string;
  /** The version that the deploy would end with. */
  readonly to?: string | undefined;
}

/** How many pending migrations of a stage are named; the rest is counted. */
const LISTED = 40;

/** What a deploy would do. */
export function planView({ target, digest, to }: PlanHeadline, plan: Plan, look: Look): string {
  const pending = plan.stages.reduce((sum, stage) => sum + stage.pending.length, 0);
  const refused = plan.findings.some(({ severity }) => severity === 'error');
  const applied = `${plan.applied.length} applied, ${pending === 0 ? 'nothing pending' : `${pending} pending`}${leftText(to, leftIn(plan))}`;
  return [
    spread(look, `${paint(look, 'bold', target)}: ${applied}`, paint(look, 'dim', `release ${digest}`)),
    ...plan.stages.filter((stage) => stage.pending.length > 0).map((stage) => stageText(stage, look)),
    ...(plan.findings.length > 0 ? ['', findingList(plan.findings, look)] : []),
    ...(refused ? ['', paint(look, 'red', 'A deploy would be refused before it touches anything.')] : []),
  ].join('\n');
}

function leftIn({ stages }: Plan): number {
  return stages.reduce((sum, { left }) => sum + left.length, 0);
}

function stageText({ stage, pending }: Plan['stages'][number], look: Look): string {
  const lines = pending.slice(0, LISTED).map(({ migration, late }) => {
    const note = late ? 'out of order' : '';
    return spread(look, cut(`    · ${migration.name}`, look.columns - note.length - 2), paint(look, 'yellow', note));
  });
  const more = pending.length > LISTED ? [`    … and ${pending.length - LISTED} more`] : [];
  return [`  ${stage.kind.padEnd(12)}${stage.name}`, ...lines, ...more].join('\n');
}

/** The same for programs. */
export function planDocument({ target, digest, to }: PlanHeadline, plan: Plan): Record<string, unknown> {
  return {
    target,
    digest,
    to,
    applied: plan.applied.length,
    pending: plan.stages.flatMap(({ stage, pending }) =>
      pending.map(({ migration: { version, name, path }, late }) => ({ version, name, path, late, stage: stage.name })),
    ),
    left: plan.stages.flatMap(({ stage, left }) =>
      left.map(({ version, name, path }) => ({ version, name, path, stage: stage.name })),
    ),
    findings: plan.findings,
  };
}
