import type { MergeStmt, Node } from '@pgsql/types';
import type { RelationFacts } from '../facts/facts.js';
import { nodesIn, strings } from '../facts/named.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { existing } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

export const dm001: Rule = {
  id: 'DM001',
  title: 'a change of many rows in one transaction',
  why: 'Each changed row is locked until COMMIT, so the application waits for it; dead rows cannot be cleaned up meanwhile, replicas fall behind, and a failure at the end undoes all of it.',
  safe: 'Put the statement into a migration of its own, with `-- pawl:backfill <table> by <key>` above it: it runs in batches, each with a COMMIT of its own.',
  growsWithTable: true,
  check: (context) => (context.migration.directives.some(({ name }) => name === 'backfill') ? [] : unbatched(context)),
};

const unbatched = eachStatement((trace) => {
  const changed = changedRelation(trace);
  if (!changed) return undefined;
  const { relation, verb } = changed;
  return {
    statement: trace,
    relation: relation.name,
    severity: 'warning',
    message: `${verb} as many rows of ${relation.name} as match, in one transaction.`,
    rewrite: inBatches(trace, relation),
  };
});

/** The directive, where the table has a key to go by. */
function inBatches({ statement }: StatementTrace, { name, indexes }: RelationFacts): string | undefined {
  const key = indexes.find(({ unique, partial, columns }) => unique && !partial && columns.every((column) => column !== null));
  return key && `-- in a file of its own:\n-- pawl:backfill ${name} by ${key.columns.join(', ')}\n${statement.text};`;
}

function changedRelation(trace: StatementTrace): { relation: RelationFacts; verb: string } | undefined {
  const { node } = trace.statement;
  if ('UpdateStmt' in node) {
    const relation = existing(trace, node.UpdateStmt.relation);
    return relation && !pinsKey(relation, node.UpdateStmt.whereClause) ? { relation, verb: 'Updates' } : undefined;
  }
  if ('DeleteStmt' in node) {
    const { relation: name, whereClause, usingClause } = node.DeleteStmt;
    const relation = existing(trace, name);
    // Without a condition it is DS001's.
    return relation && (whereClause ?? usingClause) && !pinsKey(relation, whereClause)
      ? { relation, verb: 'Deletes' }
      : undefined;
  }
  if ('MergeStmt' in node) {
    const relation = existing(trace, node.MergeStmt.relation);
    return relation && !pinsSource(node.MergeStmt, trace) ? { relation, verb: 'Merges' } : undefined;
  }
  if ('InsertStmt' in node && node.InsertStmt.selectStmt && 'SelectStmt' in node.InsertStmt.selectStmt) {
    const { fromClause = [], whereClause, limitCount } = node.InsertStmt.selectStmt.SelectStmt;
    const source = fromClause.flatMap((item) => ('RangeVar' in item ? (existing(trace, item.RangeVar) ?? []) : []))[0];
    return source && !limitCount && !pinsKey(source, whereClause) ? { relation: source, verb: 'Copies' } : undefined;
  }
  return undefined;
}

/** A source that is written out changes as many rows as it has; so does one of which a key is given. */
function pinsSource({ sourceRelation, mergeWhenClauses = [] }: MergeStmt, trace: StatementTrace): boolean {
  if (!mergeWhenClauses.some((clause) => 'MergeWhenClause' in clause && clause.MergeWhenClause.commandType !== 'CMD_NOTHING'))
    return true;
  const source: Node | undefined = sourceRelation;
  if (!source) return false;
  if ('RangeVar' in source) return existing(trace, source.RangeVar) === undefined;
  const select = 'RangeSubselect' in source ? source.RangeSubselect.subquery : undefined;
  if (!select || !('SelectStmt' in select)) return false;
  const { valuesLists = [], fromClause = [], whereClause, limitCount } = select.SelectStmt;
  if (valuesLists.length > 0 || limitCount !== undefined) return true;
  const read = fromClause.flatMap((item) => ('RangeVar' in item ? (existing(trace, item.RangeVar) ?? []) : []));
  return read.every((relation) => pinsKey(relation, whereClause)) && read.length === fromClause.length;
}

/** Whether a condition gives a constant for every column of a unique key: it then means as many rows as it writes down. */
function pinsKey({ indexes }: RelationFacts, condition: unknown): boolean {
  const pinned = new Set<string>();
  for (const term of conjuncts(condition)) {
    const { kind, lexpr, rexpr, name } = term;
    const column = (lexpr as { ColumnRef?: { fields?: unknown[] } } | undefined)?.ColumnRef?.fields;
    const isEqual = kind === 'AEXPR_OP' || kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY';
    if (!column || !isEqual || strings((name as unknown[] | undefined) ?? []).at(-1) !== '=') continue;
    if (![...nodesIn(rexpr)].some((inner) => 'ColumnRef' in inner || 'SelectStmt' in inner))
      pinned.add(strings(column).at(-1) ?? '');
  }
  return indexes.some(
    ({ unique, partial, columns }) => unique && !partial && columns.every((column) => column !== null && pinned.has(column)),
  );
}

function conjuncts(condition: unknown): Readonly<Record<string, unknown>>[] {
  const { A_Expr: term, BoolExpr: bool } = (condition ?? {}) as {
    A_Expr?: Record<string, unknown>;
    BoolExpr?: { boolop?: string; args?: unknown[] };
  };
  if (term) return [term];
  return bool?.boolop === 'AND_EXPR' ? (bool.args ?? []).flatMap(conjuncts) : [];
}
