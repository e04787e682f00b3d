import type { Node, ParseResult } from '@pgsql/types';
import { byteOffsets } from './byte-offsets.js';
import { parseTree } from './grammar.js';
import { isLarge, largeStatements, readLarge } from './large-script.js';
import { skipTrivia } from './quoted.js';
import type { Statement } from './statement.js';
import { syntaxError } from './syntax-error.js';

export { loadGrammar } from './grammar.js';
export type { Statement } from './statement.js';

/**
 * Splits a script by PostgreSQL's grammar; `loadGrammar` comes first. A large one holds the thread for as long as that takes: see
 * readStatements.
 * @param file named in the error
 * @param written the text as it is in the file, with placeholders left open: what the error quotes
 * @throws EngineError `SQL_SYNTAX` or `SQL_PSQL_COMMAND`, with the place
 */
export function parseStatements(sql: string, file: string, written = sql): readonly Statement[] {
  if (sql.trim() === '') return [];
  if (isLarge(sql)) return largeStatements(sql, readLarge(sql, file, written));
  let result: ParseResult;
  try {
    result = parseTree(sql);
  } catch (error) {
    throw syntaxError(error, { path: file, sql, text: written });
  }
  return statementsIn(sql, result);
}

/** The statements that a parse tree of a script has. */
export function statementsIn(sql: string, { stmts = [] }: ParseResult): Statement[] {
  const offsetOf = byteOffsets(sql);
  return stmts.map(({ stmt, stmt_location = 0, stmt_len = 0 }) => {
    const end = stmt_len === 0 ? sql.trimEnd().length : offsetOf(stmt_location + stmt_len);
    const start = skipTrivia(sql, offsetOf(stmt_location), end);
    const node = stmt as Node;
    return { text: sql.slice(start, end), start, end, type: Object.keys(node)[0]!, offsetOf, node };
  });
}

/** The node's type, such as `IndexStmt`, and its fields. */
export function nodeOf(statement: Pick<Statement, 'node'>): [type: string, fields: Record<string, unknown>] {
  return Object.entries(statement.node)[0] as [string, Record<string, unknown>];
}
