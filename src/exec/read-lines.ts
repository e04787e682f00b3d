import type { Readable } from 'node:stream';

/** Characters of one line; a program that prints without line ends must not fill our memory. */
const LONGEST_LINE = 65_536;

/** Reads a stream line by line; a longer line comes in parts. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.forEach((line) => parts(line).forEach(take));
    while (rest.length > LONGEST_LINE) {
      take(rest.slice(0, LONGEST_LINE));
      rest = rest.slice(LONGEST_LINE);
    }
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}

function parts(line: string): string[] {
  const count = Math.max(1, Math.ceil(line.length / LONGEST_LINE));
  return Array.from({ length: count }, (_, n) => line.slice(n * LONGEST_LINE, (n + 1) * LONGEST_LINE));
}
