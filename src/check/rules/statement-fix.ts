import type { Fix } from '../report.js';
import type { Statement } from '../../engine/files/statements.js';

/** Puts text after the first place where `pattern` stands in a statement, outside comments and quotes as far as the pattern says. */
export function insertAfter(statement: Statement, pattern: RegExp, text: string): Fix | undefined {
  const match = pattern.exec(statement.text);
  if (!match) return undefined;
  const at = statement.start + match.index + match[0].length;
  return { start: at, end: at, text };
}

/** Takes away the first place where `pattern` stands. */
export function remove(statement: Statement, pattern: RegExp): Fix | undefined {
  const match = pattern.exec(statement.text);
  if (!match) return undefined;
  const start = statement.start + match.index;
  return { start, end: start + match[0].length, text: '' };
}

/** A statement's text after fixes, without the rest of its file. */
export function fixedText(statement: Statement, fixes: readonly (Fix | undefined)[]): string {
  let text = statement.text;
  for (const fix of [...fixes].sort((a, b) => (b?.start ?? 0) - (a?.start ?? 0))) {
    if (fix) text = text.slice(0, fix.start - statement.start) + fix.text + text.slice(fix.end - statement.start);
  }
  return text;
}
