import type { Node, ParseResult } from '@pgsql/types';
import { createHash } from 'node:crypto';
import { byteOffsets } from './byte-offsets.js';
import { parseTree, syntaxFaultOf } from './grammar.js';
import { piecesOf, type Piece } from './pieces.js';
import { skipTrivia } from './quoted.js';
import type { Statement } from './statement.js';
import { canonicalStatement } from './statement-hash.js';
import { syntaxError } from './syntax-error.js';
import { treeText } from './tree-text.js';

/** Characters from which on a script is read in parts: its whole tree would be some twenty times as large. */
const LARGE = 1_000_000;
/** Characters that are given to the grammar at once. */
const PART = 250_000;
/** Characters up to which a statement's tree is made at all when it is asked for. */
const LONGEST_TREE = 4_000_000;

export const isLarge = (sql: string): boolean => sql.length >= LARGE;

/** What is known of a large script; data only, so that another thread can find it out. */
export interface LargeScript {
  readonly statements: readonly LargeStatement[];
  /** See fingerprint. */
  readonly fingerprint: string;
}

/** A statement of a large script. */
interface LargeStatement {
  readonly start: number;
  readonly end: number;
  readonly type: string;
  /** Its tree as JSON, and where the text begins that the tree counts from; left out for INSERT, the bulk of large scripts. */
  readonly tree?: { readonly json: string; readonly start: number; readonly end: number };
}

/**
 * Reads a large script, in time and memory that grow with its length and no faster. INSERT statements are told by their first word, and the
 * server is the first to parse them; everything else goes through the grammar, in parts.
 * @param written see parseStatements
 * @throws EngineError `SQL_SYNTAX`, `SQL_PSQL_COMMAND`
 */
export function readLarge(sql: string, file: string, written = sql): LargeScript {
  const pieces = [...piecesOf(sql)];
  const statements: LargeStatement[] = [];
  const hash = createHash('sha256');
  for (let at = 0; at < pieces.length;) {
    const piece = pieces[at]!;
    if (isInsert(sql, piece)) {
      statements.push({ ...piece, type: 'InsertStmt' });
      hash.update(canonicalStatement(sql.slice(piece.start, piece.end)));
      at += 1;
      continue;
    }
    const { tree, from, to, next } = parsePart({ path: file, sql, text: written }, pieces, at);
    for (const { stmt } of tree.stmts ?? []) hash.update(treeText(stmt));
    statements.push(...partStatements(sql, tree, from, to));
    at = next;
  }
  return { statements, fingerprint: hash.digest('hex') };
}

const isInsert = (sql: string, { start }: Piece): boolean => /^insert\s/i.test(sql.slice(start, start + 7));

/** Parses some pieces; more of them where the grammar finds the end too early, as inside of BEGIN ATOMIC ... END. */
function parsePart(
  script: { readonly path: string; readonly sql: string; readonly text: string },
  pieces: readonly Piece[],
  at: number,
): { readonly tree: ParseResult; readonly from: number; readonly to: number; readonly next: number } {
  const { sql } = script;
  const from = pieces[at]!.start;
  let next = at + 1;
  while (next < pieces.length && pieces[next]!.end - from < PART && !isInsert(sql, pieces[next]!)) next += 1;
  for (;;) {
    const to = pieces[next - 1]!.end;
    const text = sql.slice(from, to);
    try {
      return { tree: parseTree(text), from, to, next };
    } catch (error) {
      if (next === pieces.length || !/at end of input/.test(syntaxFaultOf(error).message))
        throw syntaxError(error, script, { text, start: from });
      next = Math.min(at + 2 * (next - at), pieces.length);
    }
  }
}

function partStatements(sql: string, { stmts = [] }: ParseResult, from: number, to: number): Required<LargeStatement>[] {
  const offsetOf = byteOffsets(sql.slice(from, to));
  return stmts.map(({ stmt, stmt_location = 0, stmt_len = 0 }) => {
    const end = stmt_len === 0 ? to : from + offsetOf(stmt_location + stmt_len);
    const start = skipTrivia(sql, from + offsetOf(stmt_location), end);
    const node = stmt as Node;
    return { start, end, type: Object.keys(node)[0]!, tree: { json: JSON.stringify(node), start: from, end: to } };
  });
}

const fingerprints = new WeakMap<readonly Statement[], string>();

/** The fingerprint of the statements of a large script, which was taken while they were read; undefined for others. */
export const largeFingerprint = (statements: readonly Statement[]): string | undefined => fingerprints.get(statements);

/** The statements of a large script; their texts are parts of it, and their trees are made when they are asked for. */
export function largeStatements(sql: string, { statements, fingerprint }: LargeScript): readonly Statement[] {
  const made = statements.map((statement) => lazyStatement(sql, statement));
  fingerprints.set(made, fingerprint);
  return made;
}

function lazyStatement(sql: string, { start, end, type, tree }: LargeStatement): Statement {
  const from = tree?.start ?? start;
  return {
    start,
    end,
    type,
    get text() {
      return sql.slice(start, end);
    },
    get node() {
      if (tree) return JSON.parse(tree.json) as Node;
      return end - start > LONGEST_TREE
        ? ({ [type]: {} } as unknown as Node)
        : (parseTree(sql.slice(start, end)).stmts![0]!.stmt as Node);
    },
    offsetOf: (location) => from + byteOffsets(sql.slice(from, tree?.end ?? end))(location),
  };
}
