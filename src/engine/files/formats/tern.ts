import { fileFault, someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import { numbered, type Script } from '../numbered.js';
import { keepSections, linesOf } from '../section.js';

const SEPARATOR = '---- create above / drop below ----';
const DISABLE_TX = /^---- tern: disable-tx ----\r?$/m;

/** tern: what is above the line creates, what is below drops. Its templates are written in Go and cannot be run here. */
export const tern: MigrationFormat = {
  name: 'tern',
  tool: 'tern',
  flat: true,
  detects: async (listing) =>
    listing.files.includes('tern.conf') ||
    (await someFile(listing, /^\d+_[^/]*\.sql$/, /^---- (?:create above \/ drop below|tern: disable-tx) ----/m)),
  read: numbered({ file: /^(\d+)_.+\.sql$/, script }),
};

function script(text: string, path: string): Script {
  const template = linesOf(text).find((line) => line.text.includes('{{'));
  if (template) {
    throw fileFault(
      'FILES_UNSUPPORTED',
      [path, template.number],
      'a template of Go, which only tern can fill',
      'Write the SQL that it makes into the file: `tern print-migrations` shows it.',
    );
  }
  const separator = text.indexOf(SEPARATOR);
  const end = separator < 0 ? text.length : separator;
  const below = { start: end + SEPARATOR.length, end: text.length };
  return {
    sql: keepSections(text, [{ start: 0, end }]),
    down: separator < 0 || text.slice(below.start).trim() === '' ? undefined : keepSections(text, [below]),
    transaction: DISABLE_TX.test(text.slice(0, end)) ? 'none' : undefined,
  };
}
