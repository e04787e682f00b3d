import type { RelationFacts } from '../facts/facts.js';
import type { StatementTrace, Work } from '../trace/statement-trace.js';
import { alterCommands, existing } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

interface Heavy {
  readonly relation: RelationFacts;
  readonly message: string;
  readonly work?: Work | undefined;
  readonly rewrite?: string | undefined;
}

export const lk002: Rule = {
  id: 'LK002',
  title: 'a command that locks a table for the length of its work',
  why: 'VACUUM FULL, CLUSTER, REFRESH without CONCURRENTLY, a change of persistence, tablespace or access method write the whole table anew under an exclusive lock; LOCK TABLE keeps others out until COMMIT.',
  safe: 'pg_repack or a new table for the first ones; REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index; no LOCK TABLE where the statements after it take their own locks.',
  growsWithTable: true,
  check: eachStatement((trace) =>
    heavy(trace).map(({ relation, message, work, rewrite }) => ({
      statement: trace,
      relation: relation.name,
      severity: work === undefined ? ('warning' as const) : ('error' as const),
      message,
      work,
      rewrite,
    })),
  ),
};

/** LockStmt.mode as lockdefs.h numbers them; from SHARE on, writers wait. */
const SHARE_LOCK = 5;

function heavy(trace: StatementTrace): Heavy[] {
  const { node } = trace.statement;
  const rewritten = (relation: RelationFacts | undefined, how: string): Heavy[] =>
    relation ? [{ relation, work: 'rewrite', message: `${relation.name} is ${how} while everybody waits.` }] : [];
  if ('LockStmt' in node && (node.LockStmt.mode ?? 0) >= SHARE_LOCK) {
    return (node.LockStmt.relations ?? []).flatMap((name) => {
      const relation = 'RangeVar' in name ? existing(trace, name.RangeVar) : undefined;
      return relation ? [{ relation, message: `${relation.name} is locked from here to COMMIT.` }] : [];
    });
  }
  if (
    'VacuumStmt' in node &&
    node.VacuumStmt.options?.some((option) => 'DefElem' in option && option.DefElem.defname === 'full')
  ) {
    return (node.VacuumStmt.rels ?? []).flatMap((rel) =>
      'VacuumRelation' in rel ? rewritten(existing(trace, rel.VacuumRelation.relation), 'written anew') : [],
    );
  }
  if ('ClusterStmt' in node)
    return rewritten(existing(trace, node.ClusterStmt.relation), 'written anew in the order of an index');
  if ('RefreshMatViewStmt' in node && !node.RefreshMatViewStmt.concurrent) {
    const relation = existing(trace, node.RefreshMatViewStmt.relation);
    const unique = relation?.indexes.some((index) => index.unique && !index.partial && !index.columns.includes(null));
    const rewrite = unique ? `REFRESH MATERIALIZED VIEW CONCURRENTLY ${relation?.name};` : undefined;
    return rewritten(relation, 'computed and written anew').map((found) => ({ ...found, rewrite }));
  }
  return alterCommands(trace).flatMap(({ relation, command: { subtype = '' } }) =>
    MOVES.has(subtype) && relation.kind !== 'p' ? rewritten(relation, 'copied as a whole') : [],
  );
}

const MOVES = new Set(['AT_SetLogged', 'AT_SetUnLogged', 'AT_SetTableSpace', 'AT_SetAccessMethod']);
