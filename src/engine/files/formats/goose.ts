import { fileFault, someFile } from '../file-fault.js';
import type { FormatOptions, MigrationFormat } from '../format.js';
import { numbered, type Script } from '../numbered.js';
import { blank, linesOf, terminate } from '../section.js';
import { fillEnvironment } from './goose-environment.js';

/** Facts: goose's internal/sqlparser/parser.go. Annotations are compared without case; `NO TRANSACTION` counts wherever it stands. */
const ANNOTATION = /^\s*--.*\+goose/;

type Direction = 'up' | 'down';

/** goose: `-- +goose Up`, `-- +goose Down`, statements between `StatementBegin` and `StatementEnd` as they are. */
export const goose: MigrationFormat = {
  name: 'goose',
  tool: 'goose',
  flat: true,
  around: (sql) => `-- +goose Up\n-- +goose StatementBegin\n${sql}-- +goose StatementEnd\n`,
  detects: (listing) => someFile(listing, /^\d+_[^/]*\.sql$/, /^\s*--.*\+goose\s+up\s*$/im),
  read: numbered({ file: /^(\d+)_.*\.sql$/, script }),
};

function script(text: string, path: string, options: FormatOptions): Script {
  const lines: { readonly text: string; readonly section: Direction | undefined }[] = [];
  let section: Direction | undefined;
  let inStatement = false;
  let substitutes = false;
  let transaction: 'none' | undefined;
  for (const line of linesOf(text)) {
    const at = [path, line.number] as const;
    if (!ANNOTATION.test(line.text)) {
      if (!section && !/^\s*(--.*)?$/.test(line.text)) throw misplaced(at, 'SQL before `-- +goose Up`');
      lines.push({ text: substitutes && section ? fillEnvironment(line.text, at, options) : line.text, section });
      continue;
    }
    const annotation = line.text.replace(/--/g, '').replace('+goose', '').trim().toLowerCase();
    switch (annotation) {
      case 'up':
      case 'down':
        if (section !== (annotation === 'up' ? undefined : 'up'))
          throw misplaced(at, `\`-- +goose ${annotation}\` in the wrong place`);
        section = annotation;
        break;
      case 'statementbegin':
      case 'statementend':
        if (!section || inStatement === (annotation === 'statementbegin'))
          throw misplaced(at, `a ${annotation} without its counterpart`);
        inStatement = !inStatement;
        break;
      case 'no transaction':
        transaction = 'none';
        break;
      case 'envsub on':
      case 'envsub off':
        substitutes = annotation === 'envsub on';
        break;
      default:
        throw misplaced(at, `there is no annotation "${annotation}"`);
    }
    // goose runs what ends here with or without a semicolon.
    lines.push({ text: annotation === 'statementend' ? terminate(line.text, /^.*$/) : blank(line.text), section });
  }
  if (!section) throw misplaced([path, 1], 'there is no `-- +goose Up`');
  if (inStatement) throw misplaced([path, lines.length], 'a StatementBegin without its StatementEnd');
  const only = (kept: Direction): string =>
    lines.map((line) => (line.section === kept ? line.text : blank(line.text))).join('\n');
  return { sql: only('up'), down: section === 'down' ? only('down') : undefined, transaction };
}

function misplaced(at: readonly [string, number], what: string): Error {
  return fileFault(
    'FILES_FORMAT',
    at,
    `${what}, and goose refuses the file`,
    'Correct the annotations: https://github.com/pressly/goose#sql-migrations.',
  );
}
