import type { Constraint, IndexStmt } from '@pgsql/types';
import type { IndexFacts, RelationFacts } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import { bareName, joinedName, sqlName } from '../sql-name.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { alterCommands, columnOf, constraintOf, constraintsOf, existing } from './alter-command.js';
import { eachStatement, type Problem, type Rule, type RuleContext } from './rule.js';

export const ix006: Rule = {
  id: 'IX006',
  title: 'an index too many, or one too few',
  why: 'An index that another one covers costs each write and serves no query. A foreign key without an index makes each DELETE on the referenced table scan the referencing one.',
  safe: 'Leave out the redundant index. Create the missing one CONCURRENTLY.',
  growsWithTable: true,
  check: eachStatement((trace, context) => [redundant(trace), ...foreignKeys(trace, context)]),
};

function redundant(trace: StatementTrace): Problem | undefined {
  const { node } = trace.statement;
  if (!('IndexStmt' in node) || trace.skipped) return undefined;
  const relation = existing(trace, node.IndexStmt.relation);
  const columns = plainColumns(node.IndexStmt);
  if (!relation || !columns) return undefined;
  const covering = relation.indexes.find((index) => covers(index, columns, node.IndexStmt.unique === true));
  if (!covering) return undefined;
  return {
    statement: trace,
    relation: relation.name,
    severity: 'warning',
    message: `${covering.name} on ${relation.name} (${covering.columns.join(', ')}) already serves every query that this index would.`,
  };
}

/** The key of a b-tree index without predicate, expressions or options; undefined for any other index. */
function plainColumns({ accessMethod, whereClause, indexParams = [], indexIncludingParams }: IndexStmt): string[] | undefined {
  if ((accessMethod ?? 'btree') !== 'btree' || whereClause || indexIncludingParams) return undefined;
  const columns = indexParams.map((param) => {
    if (!('IndexElem' in param)) return undefined;
    const { name, ordering, opclass, collation } = param.IndexElem;
    return (ordering ?? 'SORTBY_DEFAULT') === 'SORTBY_DEFAULT' && !opclass && !collation ? name : undefined;
  });
  return columns.every((column) => column !== undefined) ? columns : undefined;
}

function covers(index: IndexFacts, columns: readonly string[], unique: boolean): boolean {
  if (!index.valid || index.partial || index.method !== 'btree' || / (?:DESC|COLLATE|NULLS)\b|_ops\b/.test(index.definition))
    return false;
  const prefix = columns.every((column, at) => index.columns[at] === column);
  return unique ? prefix && index.unique && index.columns.length === columns.length : prefix;
}

function foreignKeys(trace: StatementTrace, { after }: RuleContext): Problem[] {
  return alterCommands(trace).flatMap(({ relation, command }) => {
    const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : undefined;
    const inline =
      column && constraintsOf(column).some(({ contype }) => contype === 'CONSTR_FOREIGN') ? [column.colname ?? ''] : [];
    const constraint = constraintOf(command);
    const columns = constraint ? foreignColumns(constraint) : inline;
    const final = after.get(relation.oid);
    if (columns.length === 0 || !final || isIndexed(final, columns)) return [];
    const name = joinedName(bareName(relation.name), ...columns, 'idx');
    return [
      {
        statement: trace,
        relation: relation.name,
        severity: 'warning' as const,
        message: `No index of ${relation.name} begins with ${columns.join(', ')}: each DELETE on the referenced table scans all of it.`,
        rewrite: `CREATE INDEX CONCURRENTLY ${name} ON ${relation.name} (${columns.map(sqlName).join(', ')});`,
      },
    ];
  });
}

function foreignColumns({ contype, fk_attrs = [] }: Constraint): string[] {
  return contype === 'CONSTR_FOREIGN' ? strings(fk_attrs) : [];
}

function isIndexed({ indexes }: RelationFacts, columns: readonly string[]): boolean {
  return indexes.some(
    (index) =>
      index.valid && !index.partial && columns.every((column) => index.columns.slice(0, columns.length).includes(column)),
  );
}
