import { createHash } from 'node:crypto';
import { endOfQuoted, QUOTED } from './quoted.js';
import type { Statement } from './statement.js';

/**
 * SHA-256 (hex) over the texts of some statements, without their comments and with one blank for any white space: the same after an edit
 * that changes nothing of what they do. It depends on nothing but the text, so that a later Pawl with another grammar finds the same.
 */
export function hashStatements(statements: readonly Pick<Statement, 'text'>[]): string {
  const hash = createHash('sha256');
  for (const { text } of statements) hash.update(canonicalStatement(text)).update(';\n');
  return hash.digest('hex');
}

/** A statement's text without comments, and with one blank for each stretch of white space outside of quotes. */
export function canonicalStatement(text: string): string {
  const kept: string[] = [];
  let at = 0;
  let blank = '';
  const keep = (end: number): void => {
    if (end > at) {
      kept.push(blank, text.slice(at, end));
      blank = '';
    }
    at = end;
  };
  const marks = new RegExp(`\\s+|${QUOTED}`, 'g');
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    const [mark] = found;
    const isBlank = mark.trim() === '';
    const end = isBlank ? marks.lastIndex : endOfQuoted(text, found.index, mark);
    keep(found.index);
    if (isBlank || mark === '--' || mark === '/*') {
      at = end;
      if (kept.length > 0) blank = ' ';
    } else keep(end);
    marks.lastIndex = end;
  }
  keep(text.length);
  return kept.join('');
}
