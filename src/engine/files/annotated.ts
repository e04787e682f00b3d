import { fileFault } from './file-fault.js';
import type { Script } from './numbered.js';
import { blank, linesOf, terminate } from './section.js';

/**
 * Takes a file apart that is annotated by lines such as `-- +migrate Up notransaction`: what is before the first one does not run.
 * @param tool whose files they are
 * @param mark what such a line begins with, at its first column
 */
export function annotated(tool: string, mark: string): (text: string, path: string) => Script {
  return (text, path) => {
    const lines: { readonly text: string; readonly section: 'up' | 'down' | undefined }[] = [];
    const down = { seen: false };
    let section: 'up' | 'down' | undefined;
    let transaction: 'none' | undefined;
    for (const line of linesOf(text)) {
      const [word, ...options] = line.text.startsWith(mark) ? line.text.slice(mark.length).trim().split(/\s+/) : [];
      if (word === undefined) {
        lines.push({ text: line.text, section });
        continue;
      }
      if (word === 'Up' || word === 'Down') {
        section = word === 'Up' ? 'up' : 'down';
        down.seen ||= section === 'down';
        if (section === 'up' && options.includes('notransaction')) transaction = 'none';
      } else if (word !== 'StatementBegin' && word !== 'StatementEnd') {
        throw misread(tool, [path, line.number], `there is no annotation "${word}"`);
      }
      // What ends here is run with or without a semicolon.
      lines.push({ text: word === 'StatementEnd' ? terminate(line.text, /^.*$/) : blank(line.text), section });
    }
    if (!lines.some((line) => line.section === 'up')) throw misread(tool, [path, 1], `there is no \`${mark}Up\``);
    const only = (kept: 'up' | 'down'): string =>
      lines.map((line) => (line.section === kept ? line.text : blank(line.text))).join('\n');
    return { sql: only('up'), down: down.seen ? only('down') : undefined, transaction };
  };
}

function misread(tool: string, at: readonly [string, number], what: string): Error {
  return fileFault('FILES_FORMAT', at, `${what}, and ${tool} does not run the file`, 'Correct the annotations of the file.');
}
