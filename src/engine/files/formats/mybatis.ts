import { fileFault, someFile } from '../file-fault.js';
import type { FormatOptions, MigrationFormat } from '../format.js';
import { numbered, type Script } from '../numbered.js';
import { keepSections, linesOf } from '../section.js';

/** Facts: MyBatis Migrations' MigrationReader.java. */
const UNDO = /^\s*--\s*\/\/.*@UNDO/;

/**
 * MyBatis Migrations: what is below `-- //@UNDO` takes the rest back. Its own table is made by the project's first file, under the name
 * that the placeholder `changelog` has.
 */
export const mybatis: MigrationFormat = {
  name: 'mybatis',
  tool: 'MyBatis Migrations',
  flat: true,
  detects: (listing) => someFile(listing, /^\d+_[^/]*\.sql$/, /^\s*--\s*\/\/.*@UNDO/m),
  read: numbered({ file: /^(\d+)_[^/]*\.sql$/, script }),
};

function script(text: string, path: string, { placeholders }: FormatOptions): Script {
  const lines = linesOf(text);
  const delimiter = lines.find((line) => /^\s*--\s*(?:\/\/)?\s*@DELIMITER\b/.test(line.text));
  if (delimiter) {
    throw fileFault(
      'FILES_UNSUPPORTED',
      [path, delimiter.number],
      'a delimiter of its own',
      'Remove the line, and end statements with a semicolon: what is in dollar quotes is one statement anyway.',
    );
  }
  const undo = lines.find((line) => UNDO.test(line.text));
  const named = Object.hasOwn(placeholders, 'changelog') ? text : text.replaceAll('${changelog}', 'CHANGELOG   ');
  if (!undo) return { sql: named };
  return {
    sql: keepSections(named, [{ start: 0, end: undo.start }]),
    down: keepSections(named, [{ start: undo.end, end: text.length }]),
  };
}
