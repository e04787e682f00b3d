import { blocks, isStronger, type LockMode } from '../trace/lock-mode.js';
import { WORKS, type StatementTrace } from '../trace/statement-trace.js';
import type { Problem, RuleContext } from './rule.js';

/**
 * Holds what a rule says against what was measured. A claim of work that the statement did not do is dropped, and so is a wait that
 * no lock causes; who waits follows from the strongest lock that the transaction holds then. The measurement is the truth: what
 * it saw and no rule explains is said by LK005.
 * @returns the problem as it may be told; undefined where the measurement denies it
 */
export function againstTrace(problem: Problem, { statements }: Pick<RuleContext, 'statements'>): Problem | undefined {
  const { statement, relation, work, waits, message } = problem;
  if (statement.outcome !== 'ran')
    return waits ? { ...problem, message: `${sentence(waits.who, relation, waits)} ${message}`.trim() } : problem;
  const oid = oidOf(statement, relation);
  if (work !== undefined && !wasDone(problem, oid)) return undefined;
  if (!waits) return problem;
  const mode = oid === undefined ? undefined : heldOn(oid, statement, statements);
  const stopped = mode === undefined ? [] : blocks(mode);
  if (!stopped.includes('writes')) return undefined;
  const who = stopped.includes('reads') ? 'Readers and writers' : 'Writers';
  return { ...problem, message: `${sentence(who, relation, waits)} ${message}`.trim() };
}

function sentence(who: string, relation: string | undefined, { others = [], how }: NonNullable<Problem['waits']>): string {
  return `${who} of ${[relation, ...others].join(', ')} wait ${how}.`;
}

function oidOf({ facts }: StatementTrace, relation: string | undefined): string | undefined {
  return [...facts.relations.values()].find(({ name }) => name === relation)?.oid;
}

/** Heavier work than was claimed counts too: whatever rewrites a table also reads it. On a partitioned table its partitions do the work. */
function wasDone({ statement, work }: Problem, oid: string | undefined): boolean {
  const relation = [...statement.facts.relations.values()].find((facts) => facts.oid === oid);
  const own = statement.touched.filter((touched) => oid === undefined || relation?.kind === 'p' || touched.oid === oid);
  return own.some((touched) => touched.work.some((done) => WORKS.indexOf(done) <= WORKS.indexOf(work!)));
}

/** The strongest lock on a relation while a statement runs: its own, or one that an earlier statement of the transaction took. */
function heldOn(oid: string, statement: StatementTrace, statements: readonly StatementTrace[]): LockMode | undefined {
  const same = statement.online
    ? [statement]
    : statements.filter(({ commit, index, online }) => !online && commit === statement.commit && index <= statement.index);
  let held: LockMode | undefined;
  for (const { touched } of same) for (const { oid: of, mode } of touched) if (of === oid && isStronger(mode, held)) held = mode;
  return held;
}
