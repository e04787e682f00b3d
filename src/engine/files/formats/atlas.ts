import { fileFault } from '../file-fault.js';
import type { Discovered, MigrationFormat } from '../format.js';
import type { Migration } from '../migration.js';
import { numbered, type Script } from '../numbered.js';
import { replaceDelimiter } from '../delimiter.js';
import { dbmate } from './dbmate.js';
import { flyway } from './flyway.js';
import { goose } from './goose.js';
import { liquibase } from './liquibase.js';

/** The version is what stands before the first underscore, whatever it is, and files run in the order of their names (LocalFile.Version). */
const read = numbered({ file: /^([^_/]+?)(?:_[^/]*)?\.sql$/, script, compare: byName });

/** Atlas keeps directories of these tools too, in their own format, with its sums beside. */
const GUESTS: readonly MigrationFormat[] = [goose, dbmate, flyway, liquibase];

/** Atlas: numbered files and `atlas.sum`, with directives at their head. Whether the sums are right is found for every format. */
export const atlas: MigrationFormat = {
  name: 'atlas',
  tool: 'Atlas',
  flat: true,
  async detects(listing) {
    if (!listing.files.includes('atlas.sum') || listing.files.some((file) => file.endsWith('.up.sql'))) return false;
    for (const guest of GUESTS) if (await guest.detects(listing)) return false;
    return true;
  },
  async read(listing, options) {
    const found = await read(listing, options);
    return { ...found, migrations: withoutCheckpoints(found.migrations) };
  },
};

function byName(a: Migration, b: Migration): number {
  return a.name < b.name ? -1 : 1;
}

const CHECKPOINT = /^-- atlas:checkpoint\b/;

/** A checkpoint stands for the files before it. Where those are still there, running them comes to the same. */
function withoutCheckpoints(migrations: Discovered['migrations']): Discovered['migrations'] {
  const isCheckpoint = (text: string): boolean => directives(text).some((line) => CHECKPOINT.test(line));
  const first = migrations.findIndex(({ sql }) => !isCheckpoint(sql));
  const standing = first < 0 ? migrations.length - 1 : first - 1;
  return migrations.filter(({ sql }, index) => index === standing || !isCheckpoint(sql));
}

function script(text: string, path: string): Script {
  const head = directives(text);
  const archive = head.find((line) => /^-- atlas:(txtar|import)\b/.test(line));
  if (archive) {
    throw fileFault(
      'FILES_UNSUPPORTED',
      [path, 1],
      `"${archive.slice(3).split(' ')[0]}" is not known here`,
      'Leave plain SQL in the file; what it checks before goes into an `assert` stage.',
    );
  }
  const mode = head.map((line) => /^-- atlas:txmode +(\S+)/.exec(line)?.[1]).find((word) => word !== undefined);
  if (mode !== undefined && mode !== 'none' && mode !== 'file') {
    throw fileFault(
      'FILES_FORMAT',
      [path, 1],
      `there is no txmode "${mode}" for a file`,
      'Use `-- atlas:txmode none` or `-- atlas:txmode file`.',
    );
  }
  const delimiter = /^-- atlas:delimiter +([^\r\n]+)/.exec(text)?.[1];
  return {
    sql: delimiter === undefined ? text : withDelimiter(text, delimiter),
    transaction: mode === 'none' ? 'none' : undefined,
  };
}

/** Directives stand at the head of the file, with an empty line after them (LocalFile.comments in Atlas's sql/migrate/dir.go). */
function directives(text: string): string[] {
  const head = /^(?:(?:--|#)[^\n]*(?:\n|$))+/.exec(text)?.[0] ?? '';
  const rest = text.slice(head.length);
  return rest === '' || /^[ \t]*\r?\n/.test(rest) ? head.split('\n').map((line) => line.trim()) : [];
}

function withDelimiter(text: string, written: string): string {
  const escapes: Record<string, string> = { n: '\n', r: '', t: '\t' };
  const delimiter = written.replace(/\\([nrt])/g, (_, letter: string) => escapes[letter]!);
  const head = text.indexOf('\n') + 1;
  return text.slice(0, head) + replaceDelimiter(text.slice(head), delimiter);
}
