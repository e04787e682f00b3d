/**
 * The parser counts UTF-8 bytes; JavaScript counts UTF-16 units. Equal for ASCII, which most scripts are.
 * @returns turns an offset of the one into one of the other; in one pass where it is asked in ascending order
 */
export function byteOffsets(sql: string): (byte: number) => number {
  if (Buffer.byteLength(sql, 'utf8') === sql.length) return (byte) => byte;
  // Where each stretch of so many units begins, in bytes; the rest of the way is counted.
  const marks = [0];
  for (let unit = 0; unit < sql.length; unit += STRETCH)
    marks.push(marks.at(-1)! + Buffer.byteLength(sql.slice(unit, unit + STRETCH), 'utf8') + splitPair(sql, unit));
  return (byte) => {
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (marks[middle]! <= byte) low = middle + 1;
      else high = middle;
    }
    let unit = (low - 1) * STRETCH;
    // The second half of a pair has no bytes of its own, and belongs to the first.
    for (let at = marks[low - 1]!; unit < sql.length && (at < byte || bytesOf(sql, unit) === 0); unit++) at += bytesOf(sql, unit);
    return unit;
  };
}

/** Units between two marks. */
const STRETCH = 1024;

/** Bytes of a unit; those of a pair count with its first half. */
function bytesOf(sql: string, unit: number): number {
  const code = sql.charCodeAt(unit);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code < 0xd800 || code > 0xdfff) return 3;
  return code < 0xdc00 ? 4 : 0;
}

/** A pair that a stretch cuts in two is four bytes and is counted as two replacement characters of three. */
function splitPair(sql: string, unit: number): number {
  const isHigh = (at: number): boolean => (sql.charCodeAt(at) & 0xfc00) === 0xd800;
  const begins = unit > 0 && isHigh(unit - 1) ? -3 : 0;
  const ends = unit + STRETCH < sql.length && isHigh(unit + STRETCH - 1) ? 1 : 0;
  return begins + ends;
}
