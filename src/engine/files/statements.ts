import type { Node, ParseResult } from '@pgsql/types';
import { createRequire } from 'node:module';
import { syntaxError } from './syntax-error.js';

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
 * @param written the text as it is in the file, with placeholders left open: what the error quotes
 * @throws EngineError `SQL_SYNTAX` or `SQL_PSQL_COMMAND`, with the place
 */
export function parseStatements(sql: string, file: string, written = sql): Statement[] {
  if (!parser) throw new Error('loadGrammar() first');
  if (sql.trim() === '') return [];
  let result: ParseResult;
  try {
    result = parser.parseSync(sql);
  } catch (error) {
    throw syntaxError(error, { path: file, sql, text: written });
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

/** The parser counts UTF-8 bytes; JavaScript counts UTF-16 units. Equal for ASCII, which most scripts are. */
function byteToUnit(sql: string): (byte: number) => number {
  const bytes = Buffer.from(sql, 'utf8');
  if (bytes.length === sql.length) return (byte) => byte;
  return (byte) => bytes.toString('utf8', 0, byte).length;
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
