import { relationName } from '../relation.js';
import { nodeOf, type Statement } from '../statements.js';
import { nameParts, nodesBelow, readBy, without } from './nodes.js';
import { filtered } from './ranged.js';

/** What a statement names that only the catalog can tell the nature of. */
export interface Names {
  /** The tables and views that it reads, as SQL. */
  readonly tables: readonly string[];
  /** The functions that it calls. */
  readonly functions: readonly FunctionName[];
  /** Those among them that are called for a row of the SELECT of an INSERT, where an aggregate would make one row of all. */
  readonly called: readonly FunctionName[];
}

export interface FunctionName {
  readonly schema: string | null;
  readonly name: string;
}

/** The names in a statement, beside that of the table which it changes. */
export function namesIn(statement: Statement): Names {
  const [type, fields] = nodeOf(statement);
  const rest = without(fields, 'relation');
  const functions = (tree: unknown, into?: (node: string) => boolean): FunctionName[] =>
    [...nodesBelow(tree, into)].flatMap(([node, { funcname }]) => {
      if (node !== 'FuncCall') return [];
      const parts = nameParts(funcname);
      return [{ schema: parts.at(-2) ?? null, name: parts.at(-1)! }];
    });
  const own = (node: string): boolean => node !== 'SubLink';
  return {
    tables: [...new Set(readBy(fields).map(relationName))],
    functions: functions(rest),
    called: type === 'InsertStmt' ? functions(filtered(statement)['targetList'], own) : [],
  };
}
