/** A stretch of a text, by offsets. */
export interface Section {
  readonly start: number;
  readonly end: number;
}

/** Takes a part of a text out of what runs, without moving any line or column. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/**
 * Keeps the sections of a text and blanks all else. Tools run each section by itself, whether its last statement ends in a semicolon or
 * not, so one is put between two sections.
 * @param sections in order, each beginning on a line of its own
 */
export function keepSections(text: string, sections: readonly Section[]): string {
  let kept = '';
  for (const { start, end } of sections) {
    const gap = blank(text.slice(kept.length, start));
    kept += (kept.trim() === '' ? gap : terminated(gap)) + text.slice(start, end);
  }
  return kept + blank(text.slice(kept.length));
}

/** Puts a semicolon in the place of what a tool takes as the end of a statement; one semicolon too many is no fault. */
export function terminate(text: string, ends: RegExp): string {
  return text.replace(ends, (end) => terminated(blank(end)));
}

function terminated(gap: string): string {
  return gap.replace(/[^\n]/, ';');
}

/** The lines of a text with the offsets of each; `text` is without the line's end. */
export function linesOf(text: string): (Section & { readonly text: string; readonly number: number })[] {
  let start = 0;
  return text.split('\n').map((line, index) => {
    const section = {
      start,
      end: Math.min(start + line.length + 1, text.length),
      text: line.replace(/\r$/, ''),
      number: index + 1,
    };
    start += line.length + 1;
    return section;
  });
}
