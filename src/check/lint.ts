import { placeAt } from '../engine/files/place.js';
import type { CheckedMigration, Finding, Severity, Statistics } from './report.js';
import { againstTrace } from './rules/against-trace.js';
import { standsIn } from './rules/stands-in.js';
import type { Problem, Rule, RuleContext } from './rules/rule.js';
import { RULES } from './rules/rules.js';
import { isSmall, sizeOf } from './size.js';

/** Runs every rule over one migration; each sees what those before it found. */
export function findProblems(context: Omit<RuleContext, 'found'>): { readonly rule: Rule; readonly problem: Problem }[] {
  const all: { rule: Rule; problem: Problem }[] = [];
  for (const rule of RULES) {
    const found = all.map(({ problem }) => problem);
    for (const problem of rule.check({ ...context, found })) {
      const measured = againstTrace(problem, context);
      if (measured) all.push({ rule, problem: measured });
    }
  }
  return all;
}

/**
 * The findings of one migration in the order of its statements, without those that the file allows. Where the size of the table
 * is known and small, a danger that grows with it is only a notice.
 */
export function lint(
  context: Omit<RuleContext, 'found'>,
  statistics: Statistics | undefined,
): Pick<CheckedMigration, 'findings' | 'allowed'> {
  const all = findProblems(context)
    .map(({ rule, problem }) => findingOf(rule, problem, context, statistics))
    .sort((a, b) => a.statement - b.statement);
  const reasons = allowedReasons(context);
  const allowed = all.flatMap((finding) => {
    const reason = reasons.get(finding.rule);
    return reason ? [{ finding, reason }] : [];
  });
  return { findings: [...withoutReason(context), ...all.filter(({ rule }) => !reasons.get(rule))], allowed };
}

function findingOf(
  rule: Rule,
  problem: Problem,
  { migration }: Pick<RuleContext, 'migration'>,
  statistics: Statistics | undefined,
): Finding {
  const { statement, relation, work, message } = problem;
  const { rewrite = undefined, fixes = [] } = standsIn(migration, statement) ? problem : {};
  const small = rule.growsWithTable === true && relation !== undefined && isSmall(sizeOf(statistics, relation));
  const severity: Severity = small ? 'notice' : problem.severity;
  const place = placeAt(migration.sql, statement.statement.start, migration.path);
  const { id, title, why, safe } = rule;
  return { rule: id, title, severity, statement: statement.index, place, relation, work, message, why, safe, rewrite, fixes };
}

/** `-- pawl:allow IX001 the table is empty`: rule to reason; a reason is required. */
function allowedReasons({ migration }: Pick<RuleContext, 'migration'>): Map<string, string> {
  return new Map(
    migration.directives
      .filter(({ name }) => name === 'allow')
      .map(({ argument }) => {
        const [, rule = '', reason = ''] = /^(\S+?):?(?:\s+(.*))?$/.exec(argument.trim()) ?? [];
        return [rule, reason.trim()];
      }),
  );
}

/** An allowance that says no reason, or names no rule, allows nothing. */
function withoutReason({ migration }: Pick<RuleContext, 'migration'>): Finding[] {
  const known = new Set(RULES.map(({ id }) => id));
  return migration.directives.flatMap(({ name, argument, line }) => {
    const [rule = '', ...reason] = argument.trim().split(/\s+/);
    const id = rule.replace(/:$/, '');
    if (name !== 'allow' || (known.has(id) && reason.length > 0)) return [];
    return [
      {
        rule: 'AL001',
        title: 'an allowance without effect',
        severity: 'warning' as const,
        statement: 0,
        place: { file: migration.path, line, column: 1 },
        message: known.has(id) ? `The reason why ${id} is allowed is missing, so it is not allowed.` : `There is no rule ${id}.`,
        why: 'Whoever reads the file later wants to know why the danger is none.',
        safe: 'Write `-- pawl:allow <rule> <why it does no harm here>`.',
        fixes: [],
      },
    ];
  });
}
