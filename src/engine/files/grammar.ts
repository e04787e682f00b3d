import type { ParseResult } from '@pgsql/types';
import { createRequire } from 'node:module';

/**
 * PostgreSQL's own grammar (libpg-query, PostgreSQL 18's). It is WASM behind CommonJS: 12 ms and 20 MB that `status` or `--help` never
 * need, so it is loaded on first use.
 */
interface Grammar {
  loadModule(): Promise<void>;
  parseSync(sql: string): ParseResult;
  scanSync(sql: string): { readonly tokens: readonly Token[] };
}

/** A word of SQL; places count bytes. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokenName: string;
  readonly keywordName: string;
}

let grammar: Grammar | undefined;

/** Loads the grammar; {@link parseTree} needs it once per process, or thread. */
export async function loadGrammar(): Promise<void> {
  if (grammar) return;
  const loaded = createRequire(import.meta.url)('libpg-query') as Grammar;
  await loaded.loadModule();
  grammar = loaded;
}

/** The parse tree of a script. @throws libpg-query's error, see {@link SyntaxFault} */
export function parseTree(sql: string): ParseResult {
  if (!grammar) throw new Error('loadGrammar() first');
  return grammar.parseSync(sql);
}

/** The words of a script, comments among them. */
export function tokensOf(sql: string): readonly Token[] {
  if (!grammar) throw new Error('loadGrammar() first');
  return grammar.scanSync(sql).tokens;
}

/** What libpg-query says of a script that does not parse. */
export interface SyntaxFault {
  readonly message: string;
  /** Counts characters. */
  readonly cursorPosition: number;
}

/** What is wrong with a script, of an error that {@link parseTree} threw. */
export function syntaxFaultOf(error: unknown): SyntaxFault {
  return (error as { sqlDetails?: SyntaxFault }).sqlDetails ?? { message: String(error), cursorPosition: 0 };
}
