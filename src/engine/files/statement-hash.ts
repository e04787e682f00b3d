import { createHash } from 'node:crypto';
import type { Statement } from './statements.js';

/**
 * SHA-256 (hex) over the texts of some statements, without their comments and with one blank for any white space: the same after an edit
 * that changes nothing of what they do. It depends on nothing but the text, so that a later Pawl with another grammar finds the same.
 */
export function hashStatements(statements: readonly Pick<Statement, 'text'>[]): string {
  const hash = createHash('sha256');
  for (const { text } of statements) hash.update(canonicalStatement(text)).update(';\n');
  return hash.digest('hex');
}

/** What begins something in which blanks and comment marks have another meaning, or none. */
const MARK =
  /\s+|--|\/\*|"|(?<![\w$\u0080-\uffff])[eE]'|'|(?<![\w$\u0080-\uffff])\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/gi;

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
  MARK.lastIndex = 0;
  for (let found = MARK.exec(text); found; found = MARK.exec(text)) {
    const [mark] = found;
    keep(found.index);
    const end = endOf(text, found.index, mark);
    if (/^(\s|--|\/\*)/.test(mark)) {
      at = end;
      if (kept.length > 0) blank = ' ';
    } else keep(end);
    MARK.lastIndex = end;
  }
  keep(text.length);
  return kept.join('');
}

/** Where that which a mark begins has its end; the text's, where it has none. */
function endOf(text: string, start: number, mark: string): number {
  const from = start + mark.length;
  const after = (closing: string): number => {
    const end = text.indexOf(closing, from);
    return end < 0 ? text.length : end + closing.length;
  };
  if (mark.trim() === '') return from;
  if (mark === '--') return after('\n');
  if (mark === '/*') return endOfComment(text, from);
  // A doubled quote ends one string and begins the next, which comes to the same.
  if (mark === '"' || mark === "'" || mark.startsWith('$')) return after(mark);
  return endOfEscaped(text, from);
}

/** Comments nest in PostgreSQL. */
function endOfComment(text: string, from: number): number {
  let depth = 1;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

/** An E'...' string, in which a backslash takes the next character's meaning away. */
function endOfEscaped(text: string, from: number): number {
  const marks = /\\[\s\S]|'/g;
  marks.lastIndex = from;
  for (let found = marks.exec(text); found; found = marks.exec(text)) if (found[0] === "'") return marks.lastIndex;
  return text.length;
}
