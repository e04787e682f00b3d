import type { Place } from '../error.js';

/** Line and column (from 1) of an offset in a script. */
export function placeAt(sql: string, offset: number, file: string): Place {
  const starts = lineStarts(sql);
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return { file, line: low, column: offset - starts[low - 1]! + 1 };
}

/** Characters of a line that are shown on each side of a place: a line may be a file of megabytes. */
const AROUND = 150;

/** The line at a place, with a caret under the column. */
export function excerptAt(sql: string, place: Place): string {
  const starts = lineStarts(sql);
  const text = sql.slice(starts[place.line - 1] ?? sql.length, (starts[place.line] ?? sql.length + 1) - 1).replace(/\r$/, '');
  const number = String(place.line);
  const column = place.column - 1;
  const from = Math.max(column - AROUND, 0);
  const [before, after] = [from > 0 ? '…' : '', column + AROUND < text.length ? '…' : ''];
  const indent = (before + text.slice(from, column)).replace(/[^\t]/g, ' ');
  return `${number} | ${before}${text.slice(from, column + AROUND)}${after}\n${' '.repeat(number.length)} | ${indent}^`;
}

let latest = { sql: '', starts: [0] };

/** Offsets at which lines begin. Whoever asks for one place in a script often asks for all of its statements'. */
function lineStarts(sql: string): readonly number[] {
  if (latest.sql === sql) return latest.starts;
  const starts = [0];
  for (let at = sql.indexOf('\n'); at >= 0; at = sql.indexOf('\n', at + 1)) starts.push(at + 1);
  latest = { sql, starts };
  return starts;
}

/** Offset of the n-th character: PostgreSQL counts those in its error positions, JavaScript counts UTF-16 units. */
export function characterOffset(text: string, characters: number): number {
  let units = 0;
  for (let n = 0; n < characters && units < text.length; n++) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}
