import { stripVTControlCharacters, styleText } from 'node:util';

/** How wide a text may be and whether it may be coloured. */
export interface Look {
  readonly columns: number;
  readonly color: boolean;
}

type Format = Parameters<typeof styleText>[0];

/** Colours a text where colour is wanted. */
export function paint(look: Look, format: Format, text: string): string {
  return look.color ? styleText(format, text, { validateStream: false }) : text;
}

/** Columns that a text takes on the screen. */
export function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Fills up to `columns` with blanks. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Cuts an uncoloured text that is too long, and shows that it did. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

/** The eye loses the line when its two ends are farther apart. */
const READABLE = 110;

/** Two texts on one line, the second one at the right edge; on the next line, indented, where there is no room. */
export function spread(look: Look, left: string, right: string): string {
  if (right === '') return left;
  const room = Math.min(look.columns, READABLE) - width(left) - width(right);
  return room >= 2 ? left + ' '.repeat(room) + right : `${left}\n  ${right}`;
}

/**
 * Breaks an uncoloured text at blanks. `first` goes before the first line, `rest` before all others: a line end in somebody's text begins nothing new.
 * Words that are too long stay whole: they may be commands or links.
 */
export function wrap(text: string, columns: number, first = '', rest = first): string {
  return text
    .split('\n')
    .map((line, index) => wrapLine(line, columns, index === 0 ? first : rest, rest))
    .join('\n');
}

function wrapLine(line: string, columns: number, first: string, rest: string): string {
  const lines: string[] = [];
  let current = first;
  let empty = true;
  for (const word of line.split(' ')) {
    if (!empty && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = rest + word;
    } else {
      current += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, current].join('\n');
}
