import type { Node, ParseResult } from '@pgsql/types';
import { createRequire } from 'node:module';
import { EngineError, type Place } from '../error.js';

/**
 * The grammar is WASM behind CommonJS: 12 ms and 20 MB that `status` or `--help` never need, so it is loaded on first use.
 */
interface Parser {
  loadModule(): Promise<void>;
  parseSync(sql: string): ParseResult;
}
let parser: Parser | undefined;

/** Loads PostgreSQL's own grammar; {@link parseStatements} needs it once per process. */
export async function loadGrammar(): Promise<void> {
  if (parser) return;
  const loaded = createRequire(import.meta.url)('libpg-query') as Parser;
  await loaded.loadModule();
  parser = loaded;
}

/** One statement of a script. */
export interface Statement {
  /** The statement's text, without the comments and blank lines before it and without its semicolon. */
  readonly text: string;
  /** Offset of `text` in the script, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Offset in the script of a `location` in the parse tree, which counts bytes. */
  offsetOf(location: number): number;
  /** Parse tree; exactly one key, the node's type, such as `IndexStmt`. */
  readonly node: Node;
}

/**
 * Splits a script by PostgreSQL's grammar (libpg-query, PostgreSQL 18's).
 * @param file named in the error
 * @throws EngineError `SQL_SYNTAX` or `SQL_PSQL_COMMAND`, with the place
 */
export function parseStatements(sql: string, file: string): Statement[] {
  if (!parser) throw new Error('loadGrammar() first');
  if (sql.trim() === '') return [];
  let result: ParseResult;
  try {
    result = parser.parseSync(sql);
  } catch (error) {
    throw syntaxError(error, sql, file);
  }
  const offsets = byteToUnit(sql);
  return (result.stmts ?? []).map(({ stmt, stmt_location = 0, stmt_len = 0 }) => {
    const from = offsets(stmt_location);
    const end = stmt_len === 0 ? sql.trimEnd().length : offsets(stmt_location + stmt_len);
    const start = from + leadingTrivia(sql.slice(from, end));
    return { text: sql.slice(start, end), start, end, offsetOf: offsets, node: stmt as Node };
  });
}

/** The node's type, such as `IndexStmt`, and its fields. */
export function nodeOf(statement: Statement): [type: string, fields: Record<string, unknown>] {
  return Object.entries(statement.node)[0] as [string, Record<string, unknown>];
}

/** Line and column (from 1) of an offset in a script. */
export function placeAt(sql: string, offset: number, file: string): Place {
  const before = sql.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n') };
}

/** The line at a place, with a caret under the column. */
export function excerptAt(sql: string, place: Place): string {
  const text = (sql.split('\n')[place.line - 1] ?? '').replace(/\r$/, '');
  const number = String(place.line);
  const indent = text.slice(0, place.column - 1).replace(/[^\t]/g, ' ');
  return `${number} | ${text}\n${' '.repeat(number.length)} | ${indent}^`;
}

/** The parser counts UTF-8 bytes; JavaScript counts UTF-16 units. Equal for ASCII, which most scripts are. */
function byteToUnit(sql: string): (byte: number) => number {
  const bytes = Buffer.from(sql, 'utf8');
  if (bytes.length === sql.length) return (byte) => byte;
  return (byte) => bytes.toString('utf8', 0, byte).length;
}

/** Offset of the n-th character: PostgreSQL counts those in its error positions, JavaScript counts UTF-16 units. */
export function characterOffset(text: string, characters: number): number {
  let units = 0;
  for (let n = 0; n < characters && units < text.length; n++) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}

/** Length of the white space and comments that a statement starts with. */
function leadingTrivia(text: string): number {
  let at = 0;
  for (;;) {
    const rest = text.slice(at);
    const trivia = /^(?:\s+|--[^\n]*(?:\n|$))/.exec(rest)?.[0].length ?? blockComment(rest);
    if (trivia === 0) return at;
    at += trivia;
  }
}

/** Length of the block comment that a text starts with; they nest in PostgreSQL. */
function blockComment(text: string): number {
  if (!text.startsWith('/*')) return 0;
  let depth = 0;
  for (const mark of text.matchAll(/\/\*|\*\//g)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.index + 2;
  }
  return 0;
}

function syntaxError(error: unknown, sql: string, file: string): EngineError {
  const details = (error as { sqlDetails?: { message: string; cursorPosition: number } }).sqlDetails;
  const message = details?.message ?? String(error);
  const place = placeAt(sql, characterOffset(sql, details?.cursorPosition ?? 0), file);
  const excerpt = excerptAt(sql, place);
  const line = sql.split('\n')[place.line - 1] ?? '';
  if (/^\s*\\/.test(line)) {
    const command = /\\\S*/.exec(line)?.[0] ?? '\\';
    return new EngineError('SQL_PSQL_COMMAND', 'refused', `${file}:${place.line}: ${command} is a command of psql, not SQL`, {
      next: 'Replace it with plain SQL; only psql itself understands backslash commands.',
      place,
      excerpt,
    });
  }
  return new EngineError('SQL_SYNTAX', 'refused', `${file}:${place.line}:${place.column}: ${message}`, {
    next: 'Correct the file and deploy again. Nothing was run.',
    place,
    excerpt,
  });
}
