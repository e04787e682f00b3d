import type { Place } from '../error.js';

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

/** Offset of the n-th character: PostgreSQL counts those in its error positions, JavaScript counts UTF-16 units. */
export function characterOffset(text: string, characters: number): number {
  let units = 0;
  for (let n = 0; n < characters && units < text.length; n++) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}
