import { EngineError } from '../../error.js';
import { blank } from '../section.js';
import { nodeOf, parseStatements, type Statement } from '../statements.js';

const BEGIN = new Set(['TRANS_STMT_BEGIN', 'TRANS_STMT_START']);

/**
 * Takes out the BEGIN at the head and the COMMIT at the end, which scripts of Sqitch have by custom: the transaction is Pawl's, and
 * holds the row too. A script that controls transactions in any other way is left as it is, and is refused later with the place.
 */
export function withoutTransaction(sql: string, path: string): string {
  const statements = parsed(sql, path);
  const [first, last] = [statements[0], statements.at(-1)];
  if (!first || !last || !BEGIN.has(control(first)) || control(last) !== 'TRANS_STMT_COMMIT') return sql;
  return [first, last].reduce(
    (text, { start, end }) => text.slice(0, start) + blank(text.slice(start, end)) + text.slice(end),
    sql,
  );
}

/** A script that does not parse is refused with the place by whoever inspects it. */
function parsed(sql: string, path: string): readonly Statement[] {
  try {
    return parseStatements(sql, path);
  } catch (error) {
    if (error instanceof EngineError) return [];
    throw error;
  }
}

function control(statement: Statement): string {
  const [type, fields] = nodeOf(statement);
  return type === 'TransactionStmt' ? String(fields['kind']) : '';
}
