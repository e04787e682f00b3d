import { parseTree } from '../grammar.js';
import { nodeOf, statementsIn, type Statement } from '../statements.js';
import { treeText } from '../tree-text.js';
import type { Clauses } from './clauses.js';
import { without, type Fields } from './nodes.js';

/** A statement into whose condition a range can be put. */
export interface Ranged {
  readonly text: string;
  /** Characters of the statement before what was put in, and how many those are. */
  readonly at: number;
  readonly length: number;
}

/** Puts a range in front of the condition of a statement, or gives it one. */
export function withRange(text: string, { where, end }: Clauses, range: string): Ranged {
  if (!where) {
    const inserted = `\nwhere ${range}\n`;
    return { text: `${text.slice(0, end)}${inserted}${text.slice(end)}`, at: end, length: inserted.length };
  }
  const inserted = ` (${range}) and (`;
  const condition = text.slice(where.end, end);
  return {
    text: `${text.slice(0, where.end)}${inserted}${condition}\n)\n${text.slice(end)}`,
    at: where.end,
    length: inserted.length,
  };
}

/**
 * Proves by parsing again that a range changes nothing else: without it, the tree is the one that the file has.
 * @param range one that has a single comparison
 */
export function isOnlyNarrowed(statement: Statement, clauses: Clauses, range: string): boolean {
  const changed = parsed(withRange(statement.text, clauses, range).text);
  const added = parsed(`select where ${range}`);
  if (!changed || !added) return false;
  const written = conditionOf(statement);
  const narrowed = conditionOf(changed);
  const term = nodeOf(added)[1]['whereClause'];
  const expected = written === undefined ? term : { BoolExpr: { boolop: 'AND_EXPR', args: [term, written] } };
  return (
    treeText(narrowed) === treeText(expected) && treeText(withoutCondition(statement)) === treeText(withoutCondition(changed))
  );
}

/** The statement of a text that has one. */
export function parsed(sql: string): Statement | undefined {
  try {
    const statements = statementsIn(sql, parseTree(sql));
    return statements.length === 1 ? statements[0] : undefined;
  } catch {
    return undefined;
  }
}

/** The node whose condition a range is put into: the statement's, or that of its SELECT. */
export function filtered(statement: Pick<Statement, 'node'>): Fields {
  const fields = nodeOf(statement)[1];
  const select = fields['selectStmt'] as { SelectStmt?: Fields } | undefined;
  return select?.SelectStmt ?? fields;
}

const conditionOf = (statement: Statement): unknown => filtered(statement)['whereClause'];

function withoutCondition(statement: Statement): unknown {
  const [type, fields] = nodeOf(statement);
  const rest = without(filtered(statement), 'whereClause');
  return type === 'InsertStmt' ? { ...fields, selectStmt: rest } : rest;
}
