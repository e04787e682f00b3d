import type { Migration } from '../files/migration.js';
import { nodeOf, type Statement } from '../files/statements.js';

/**
 * `-- pawl:autocommit <reason>` on a line before a statement opts it out of transactions; the author says that repeating it is fine. In a
 * file that asks to run outside a transaction, in whatever tool's words, that goes for code that commits by itself.
 * @returns the reason for a statement; undefined for one that has none
 */
export function autocommits(migration: Migration): (statement: Statement) => string | undefined {
  const marked = markedStatements(migration);
  if (migration.transaction !== 'none') return marked;
  return (statement) => marked(statement) ?? (mayCommit(statement) ? 'the file runs outside a transaction' : undefined);
}

/** A CALL, and a DO block in which something ends a transaction or is called. */
function mayCommit(statement: Statement): boolean {
  const [type] = nodeOf(statement);
  return type === 'CallStmt' || (type === 'DoStmt' && /\b(?:commit|rollback|call)\b/i.test(statement.text));
}

function markedStatements({ sql, directives }: Migration): (statement: Statement) => string | undefined {
  const reasons = directives.filter(({ name }) => name === 'autocommit').map(({ line, argument }) => ({ line, argument }));
  if (reasons.length === 0) return () => undefined;
  // Offset of the end of each such line.
  const ends: { readonly end: number; readonly reason: string }[] = [];
  let end = -1;
  let line = 0;
  for (const { line: wanted, argument } of reasons) {
    for (; line < wanted; line++) end = endOfLine(sql, end + 1);
    ends.push({ end, reason: argument || 'no reason given' });
  }
  return ({ start }) => {
    const last = lastBefore(ends, start);
    return last && isTrivia(sql, last.end, start) ? last.reason : undefined;
  };
}

function endOfLine(sql: string, from: number): number {
  const end = sql.indexOf('\n', from);
  return end < 0 ? sql.length : end;
}

function lastBefore<T extends { readonly end: number }>(ends: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return ends[low - 1];
}

/** Whether only blank lines and comments of one line stand between a directive and what it is about. */
function isTrivia(sql: string, from: number, to: number): boolean {
  // A statement that ended since begins with a letter; so nothing long is looked at twice.
  return /^(?:\s|--[^\n]*(?:\n|$))*$/.test(sql.slice(from, Math.min(to, from + LONGEST)));
}

/** Characters of comments between a directive and its statement that are looked at. */
const LONGEST = 10_000;
