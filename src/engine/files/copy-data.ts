import { piecesOf, type Piece } from './pieces.js';
import { blank } from './section.js';
import type { Statement } from './statement.js';

/** What `COPY ... FROM stdin` reads, as it stands in a file behind it. */
export interface CopyData {
  /** Offset of the first line of data; the statement stands before it. */
  readonly start: number;
  readonly text: string;
}

/**
 * Takes out of a script what psql reads itself: the data behind `COPY ... FROM stdin;` up to a line `\.`, and the lines `\restrict` and
 * `\unrestrict` of pg_dump, which only guard psql against the data. In their place there are blanks, so that lines and columns stay.
 */
export function takeOutData(sql: string): { readonly sql: string; readonly data: readonly CopyData[] } {
  if (!/^\\(?:un)?restrict\b/m.test(sql) && !(/\bfrom\s+stdin\b/i.test(sql) && /^\\\.\r?$/m.test(sql))) return { sql, data: [] };
  const plain = sql.replace(/^\\(?:un)?restrict\b[^\n]*$/gm, blank);
  const data: CopyData[] = [];
  const kept: string[] = [];
  let at = 0;
  const skip = (piece: Piece): number => {
    const next = piece.end + 1;
    if (!isCopyFromStdin(plain.slice(piece.start, piece.end))) return next;
    const start = plain.indexOf('\n', next) + 1;
    const terminator = start === 0 ? null : endOfData(plain, start);
    if (!terminator) return next;
    data.push({ start, text: sql.slice(start, terminator.index) });
    kept.push(plain.slice(at, start), blank(plain.slice(start, terminator.end)));
    at = terminator.end;
    return at;
  };
  const pieces = piecesOf(plain, skip);
  while (!pieces.next().done);
  kept.push(plain.slice(at));
  return { sql: kept.join(''), data };
}

/** The data that stands in a file behind a statement of it. */
export function copyDataBehind(
  { sql, data = [] }: { readonly sql: string; readonly data?: readonly CopyData[] | undefined },
  statement: Pick<Statement, 'type' | 'end'>,
): CopyData | undefined {
  if (statement.type !== 'CopyStmt') return undefined;
  const start = sql.indexOf('\n', statement.end) + 1;
  return data.find((each) => each.start === start);
}

const isCopyFromStdin = (text: string): boolean => /^copy\b/i.test(text) && /\bfrom\s+stdin\b/i.test(text);

function endOfData(sql: string, start: number): { readonly index: number; readonly end: number } | undefined {
  const line = /^\\\.\r?$/gm;
  line.lastIndex = start;
  const found = line.exec(sql);
  return found ? { index: found.index, end: line.lastIndex } : undefined;
}
