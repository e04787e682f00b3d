import type { RelationLock } from '../report.js';
import { bareName } from '../sql-name.js';
import type { Problem, Rule, RuleContext } from './rule.js';

export const tx007: Rule = {
  id: 'TX007',
  title: 'more work while a table is locked',
  why: 'A lock is kept until COMMIT. Each further statement makes everybody who waits for the table wait longer; two exclusive locks can deadlock with the application.',
  safe: 'Put the statement that locks into a migration of its own, last and alone; do scans and data changes in others.',
  growsWithTable: true,
  check: (context) => [...workUnderLock(context), ...secondTable(context)],
};

const TABLES = new Set(['r', 'p']);

/** Statements that scan or change data while an earlier one's lock stops others. */
function workUnderLock({ locks, statements, found }: RuleContext): Problem[] {
  const reported = new Set<number>();
  return locks.flatMap((lock) => {
    if (!lock.blocks.includes('writes')) return [];
    const at = lock.taken
      ? lock.meanwhile.find(({ statement }) => statement !== lock.statement)?.statement
      : lock.work.length > 0
        ? lock.statement
        : undefined;
    if (at === undefined || reported.has(at) || found.some(({ statement, work }) => statement.index === at && work !== undefined))
      return [];
    reported.add(at);
    const who = lock.blocks.includes('reads') ? 'Readers and writers' : 'Writers';
    return [
      {
        statement: statements[at]!,
        relation: lock.relation,
        severity: lock.verdict === 'OUTAGE' ? ('error' as const) : ('warning' as const),
        work: lock.taken ? lock.meanwhile.find(({ statement }) => statement === at)?.work : lock.work[0],
        message: `${who} of ${lock.relation} wait while this statement ${workedOn(lock, at)}: the lock of an earlier statement is kept until COMMIT.`,
      },
    ];
  });
}

function workedOn(lock: RelationLock, at: number): string {
  const other = lock.taken ? lock.meanwhile.find(({ statement }) => statement === at) : undefined;
  return other ? `works on ${other.relation}` : 'works on its rows';
}

/**
 * The second table that is locked exclusively in one transaction, by another statement than the first. Applications take the referencing
 * table first (an INSERT looks its key up in the other one): in the opposite order the two deadlock. Of tables that have nothing to
 * do with each other it is not known who uses both, and how.
 */
function secondTable({ locks, statements }: RuleContext): Problem[] {
  const first = new Map<number, RelationLock>();
  const reported = new Set<number>();
  return locks.flatMap((lock) => {
    if (lock.mode !== 'AccessExclusiveLock' || !lock.taken || lock.until === 'statement' || !TABLES.has(lock.kind)) return [];
    const { commit } = statements[lock.statement]!;
    const earlier = first.get(commit);
    if (!earlier) first.set(commit, lock);
    if (!earlier || earlier.statement === lock.statement || reported.has(commit)) return [];
    if (references(earlier, lock, statements)) return [];
    reported.add(commit);
    const against = references(lock, earlier, statements);
    return [
      {
        statement: statements[lock.statement]!,
        relation: lock.relation,
        severity: against ? ('warning' as const) : ('notice' as const),
        message: against
          ? `${lock.relation}, which references ${earlier.relation}, is locked after it: a transaction that inserts into ${lock.relation} takes them in the other order, and the two deadlock.`
          : `${lock.relation} is locked for everybody while ${earlier.relation} is, too: a transaction of the application that uses both in the other order deadlocks with it.`,
      },
    ];
  });
}

/** Whether a foreign key leads from the table of one lock to that of the other, as the catalog was at its statement. */
function references(from: RelationLock, to: RelationLock, statements: RuleContext['statements']): boolean {
  const facts = [...(statements[from.statement]?.facts.relations.values() ?? [])].find(({ name }) => name === from.relation);
  const target = bareName(to.relation);
  return (facts?.constraints ?? []).some(
    ({ type, definition }) =>
      type === 'f' && bareName(/ REFERENCES ((?:"(?:[^"]|"")*"|[^("])+)\(/.exec(definition)?.[1] ?? '') === target,
  );
}
