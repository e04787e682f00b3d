/**
 * The Web UI puts a page into the address of a frame (`/render?content=`), and a proxy before it may refuse a request line of more
 * than 8 KB, nginx's default. Counted as it is sent: percent-encoded.
 */
const LIMIT = 7_000;
/** Half a window is so many columns wide. */
const COLUMNS = 70;
/** Lines of one block of literal text. */
const LINES = 40;
const FENCE = '```';

/** The first page that fits; when none does, the last one, cut, with `rest` at its end. */
export function fit(pages: readonly (() => string)[], rest: string): string {
  let text = '';
  for (const draw of pages) {
    text = draw();
    if (lengthInAddress(text) <= LIMIT) return text;
  }
  const lines = text.split('\n');
  while (lengthInAddress(closed(lines, rest)) > LIMIT) lines.pop();
  return closed(lines, rest);
}

function lengthInAddress(text: string): number {
  return encodeURIComponent(text).length;
}

function closed(lines: readonly string[], rest: string): string {
  const insideBlock = lines.filter((line) => line === FENCE).length % 2 === 1;
  return [...lines, ...(insideBlock ? [FENCE] : []), '', rest].join('\n');
}

/** Text that Markdown must not change: messages hold quotes, underscores and operators. Wrapped, for a block does not wrap by itself. */
export function literal(texts: readonly string[]): string {
  const lines = texts.flatMap((text) => text.split('\n')).flatMap(wrap);
  const shown = lines.length > LINES ? [...lines.slice(0, LINES), '…'] : lines;
  return [FENCE, ...shown.map((line) => line.replaceAll(FENCE, "'''")), FENCE].join('\n');
}

function wrap(line: string): string[] {
  const parts = line.match(new RegExp(`.{1,${COLUMNS}}(?:\\s+|$)|.{${COLUMNS}}`, 'gu')) ?? [''];
  return parts.map((part, index) => (index === 0 ? '' : '  ') + part.trimEnd());
}

/** Items below each other: the cells of a table stand against each other without a gap in newer Web UIs. */
export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** The time of day of an ISO timestamp. */
export function time(at: string): string {
  return at.slice(11, 19);
}

/** How long it took, for people. */
export function took(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.floor(milliseconds / 1_000) % 60} s`;
}
