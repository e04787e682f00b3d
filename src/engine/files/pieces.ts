import { endOfQuoted, QUOTED, skipTrivia } from './quoted.js';

/** What stands between two semicolons of a script. */
export interface Piece {
  /** Offset of its first character that is neither white space nor comment. */
  readonly start: number;
  /** Offset of its semicolon, or the end of the script. */
  readonly end: number;
}

/**
 * The pieces of a script, in one pass: cut at each semicolon outside of quotes, comments and parentheses. A piece is a statement, except
 * inside of a function's BEGIN ATOMIC ... END, which only the grammar can tell.
 * @param skip told of each piece, says where the next one begins: after the data of a COPY, say
 */
export function* piecesOf(sql: string, skip: (piece: Piece) => number = ({ end }) => end + 1): Generator<Piece> {
  const marks = new RegExp(`[;()]|${QUOTED}`, 'g');
  let start = skipTrivia(sql, 0);
  let depth = 0;
  marks.lastIndex = start;
  for (let found = marks.exec(sql); found; found = marks.exec(sql)) {
    const [mark] = found;
    if (mark === '(') depth += 1;
    else if (mark === ')') depth -= 1;
    else if (mark !== ';') marks.lastIndex = endOfQuoted(sql, found.index, mark);
    else if (depth <= 0) {
      const piece = { start, end: found.index };
      if (piece.end > piece.start) yield piece;
      start = skipTrivia(sql, skip(piece));
      depth = 0;
      marks.lastIndex = start;
    }
  }
  if (start < sql.length) yield { start, end: sql.trimEnd().length };
}
