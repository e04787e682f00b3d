import type { RangeVar } from '../relation.js';
import { nodeOf, type Statement } from '../statements.js';
import type { BackfillDirective } from './directive.js';
import { nameParts, nodesBelow, readBy, type Fields } from './nodes.js';
import { sourceOf } from './source.js';

/** Why a statement cannot run in batches, and what to write instead. */
export interface Unfit {
  readonly what: string;
  readonly next: string;
}

const WHOLE =
  'Its result depends on all rows at once, which a batch does not see: run it as a migration of its own, without the directive.';

/** Looks at the grammar only; what the catalog says comes later. @returns undefined where it can run in batches */
export function unfit(statement: Statement, directive: BackfillDirective): Unfit | undefined {
  const [type, fields] = nodeOf(statement);
  if (type !== 'UpdateStmt' && type !== 'DeleteStmt' && type !== 'InsertStmt')
    return {
      what: 'a backfill is an UPDATE, a DELETE or an INSERT ... SELECT',
      next: 'Write the change as one of these, or take the directive out.',
    };
  const found = unfitAnywhere(fields) ?? (type === 'InsertStmt' ? unfitInsert(fields) : undefined);
  if (found) return found;
  const source = sourceOf(statement, directive);
  if (typeof source !== 'object') return { what: wrongSource(source, directive), next: SOURCE_NEXT[source] };
  return readsWhatItChanges(type, fields) ?? (type === 'UpdateStmt' ? changesKey(fields, directive) : undefined);
}

const SOURCE_NEXT = {
  missing:
    'Name the table that is updated or deleted from, or, for an INSERT ... SELECT, the table of its FROM whose rows are gone through.',
  several: 'Name a table that stands once in FROM; give the statement a subquery for the other one.',
  outer: 'Put the table on the side of the join whose rows are all kept, or write an inner join.',
} as const;

function wrongSource(why: keyof typeof SOURCE_NEXT, { schema, table }: BackfillDirective): string {
  const name = schema === undefined ? table : `${schema}.${table}`;
  if (why === 'missing') return `the statement does not go through the table ${name} that the directive names`;
  if (why === 'several') return `${name} stands in FROM more than once, so that its key does not say which rows a batch has`;
  return `${name} is on a side of an outer join that rows may be missing from`;
}

function unfitAnywhere(fields: Fields): Unfit | undefined {
  if (fields['returningClause'] ?? fields['returningList'])
    return { what: 'RETURNING gives rows to nobody in a migration', next: 'Take RETURNING out.' };
  for (const [type, node] of nodesBelow(fields)) {
    if (type === 'CurrentOfExpr')
      return { what: 'WHERE CURRENT OF needs a cursor, which no batch has', next: 'Write a condition on the columns.' };
    if (type === 'CommonTableExpr' && !('SelectStmt' in ((node['ctequery'] ?? {}) as Fields)))
      return {
        what: 'a WITH that changes rows would run again with each batch',
        next: 'Make each change a migration of its own.',
      };
    if (type === 'MergeStmt')
      return { what: 'MERGE cannot run in batches', next: 'Write it as UPDATE and INSERT ... ON CONFLICT.' };
  }
  return undefined;
}

/** Clauses of a SELECT that look at all of its rows, with their words. */
const WHOLE_CLAUSES: Readonly<Record<string, string>> = {
  distinctClause: 'DISTINCT',
  groupClause: 'GROUP BY',
  havingClause: 'HAVING',
  windowClause: 'WINDOW',
  sortClause: 'ORDER BY',
  limitCount: 'LIMIT',
  limitOffset: 'OFFSET',
  lockingClause: 'FOR UPDATE',
};

function unfitInsert(fields: Fields): Unfit | undefined {
  const select = (fields['selectStmt'] as { SelectStmt?: Fields } | undefined)?.SelectStmt;
  if (select && select['op'] !== 'SETOP_NONE')
    return { what: 'UNION, INTERSECT and EXCEPT cannot run in batches', next: `${WHOLE} A UNION ALL is several INSERTs.` };
  if (!select || select['valuesLists'] || !select['fromClause'])
    return {
      what: 'an INSERT without a SELECT from a table has no rows to go through in batches',
      next: 'Take the directive out.',
    };
  const clause = Object.keys(WHOLE_CLAUSES).find((name) => select[name] !== undefined);
  if (clause) {
    const word = WHOLE_CLAUSES[clause]!;
    return {
      what: `${word} means all rows of the SELECT, not those of a batch`,
      next: word === 'ORDER BY' || word === 'FOR UPDATE' ? `Take ${word} out.` : WHOLE,
    };
  }
  const inner = (type: string): boolean => type !== 'SubLink' && type !== 'RangeSubselect';
  for (const [type, node] of nodesBelow(select['targetList'], inner)) {
    if (
      type === 'FuncCall' &&
      (node['over'] ??
        node['agg_star'] ??
        node['agg_distinct'] ??
        node['agg_filter'] ??
        node['agg_within_group'] ??
        node['agg_order'])
    )
      return {
        what: `${nameParts(node['funcname']).at(-1)}(...) is over all rows of the SELECT, not over those of a batch`,
        next: WHOLE,
      };
  }
  return undefined;
}

/** A table that is changed may be read in no other place: a batch would see what the batches before it have done. */
function readsWhatItChanges(type: string, fields: Fields): Unfit | undefined {
  const target = fields['relation'] as RangeVar;
  const isTarget = ({ schemaname, relname }: RangeVar): boolean =>
    relname === target.relname &&
    (schemaname === undefined || target.schemaname === undefined || schemaname === target.schemaname);
  return readBy(fields).some(isTarget) ? readsItself(target.relname, type === 'InsertStmt') : undefined;
}

/** @param inserts whether rows are added to it */
export function readsItself(table: string, inserts: boolean): Unfit {
  return {
    what: `the statement reads ${table}, which it changes: a batch would see what the batches before it have done`,
    next: inserts
      ? 'Where rows that are there already are to be left alone, write ON CONFLICT DO NOTHING. Otherwise run it without the directive.'
      : 'Put what it looks up into another table first, in a migration before this one; or run it without the directive.',
  };
}

function changesKey(fields: Fields, { key }: BackfillDirective): Unfit | undefined {
  for (const [type, { name }] of nodesBelow(fields['targetList'], () => false)) {
    if (type === 'ResTarget' && key.includes(String(name)))
      return {
        what: `the statement changes ${String(name)}, by which its batches are cut: a row could be changed twice or never`,
        next: 'Go by another unique key of the table, or run it without the directive.',
      };
  }
  return undefined;
}
