import { posix } from 'node:path';
import type { EngineError } from '../error.js';
import { collecting, fileFault } from './file-fault.js';
import type { Discovered, FormatOptions, Listing, MigrationFormat, PassedOver } from './format.js';
import { migrationFile } from './migration-file.js';
import { compareVersions, versionOf, type Migration } from './migration.js';
import { tellApart } from './same-number.js';

/** What a tool makes of the text of one file. */
export interface Script {
  /** The part that runs, the rest blanked. */
  readonly sql: string;
  /** The part that undoes it, the rest blanked. */
  readonly down?: string | undefined;
  readonly transaction?: Migration['transaction'] | undefined;
}

export interface NumberedLayout {
  /** Captures the version in a file's name, empty where the name is all there is; {@link NUMBERED} by default. */
  readonly file?: RegExp;
  /** @throws EngineError where the text is not as the tool wants it */
  readonly script?: (text: string, path: string, options: FormatOptions) => Script;
  /** The tool knows a migration by the name of its file, not by the number alone. */
  readonly known?: 'by name';
  /** The tool looks only for what goes up, and passes over a down file without its up file. */
  readonly lonelyDowns?: 'passed over';
  /** Ascending by version unless the tool orders otherwise. */
  readonly compare?: (a: Migration, b: Migration) => number;
}

/** `103_add_index.sql`, `000103.sql`, `1.2.3-x.sql`, `20240131120000_x.up.sql` */
const NUMBERED = /^(\d+(?:\.\d+)*)(?:[_-][^/]*)?\.sql$/;

/** Reads a directory of numbered SQL files, one migration each; `.up.sql` and `.down.sql` may come as a pair. */
export function numbered(layout: NumberedLayout): MigrationFormat['read'] {
  return async (listing, options) => {
    const found: Discovered = { migrations: [], faults: [] };
    const files = listing.files.filter((file) => file.endsWith('.sql') && !file.includes('/'));
    const downs = new Set(files.filter((file) => file.endsWith('.down.sql')));
    const byNumber = new Map([...downs].map((down) => [numberOf(down), down]));
    const name = layout.file ?? NUMBERED;
    for (const file of files.filter((each) => !downs.has(each) && name.test(each))) {
      const down = downOf(file, downs, byNumber);
      if (down !== undefined) downs.delete(down);
      const read = await collecting(found.faults, () => readFile(layout, listing, options, file, down));
      if (!read) continue;
      found.migrations.push(read.migration);
      found.faults.push(...read.faults);
    }
    const passedOver: PassedOver[] = [];
    for (const file of downs) {
      if (layout.lonelyDowns) passedOver.push({ file, why: 'it undoes a migration that is not there' });
      else found.faults.push(lonelyDown(posix.join(listing.directory, file)));
    }
    found.migrations.sort(layout.compare ?? ((a, b) => compareVersions(a.version, b.version)));
    const migrations = layout.known ? tellApart(found.migrations, ({ name }) => name.replace(/\.sql$/, '')) : found.migrations;
    return { ...found, migrations, passedOver };
  };
}

/** Of the same name; or else of the same number, which is what golang-migrate goes by. */
function downOf(file: string, downs: ReadonlySet<string>, byNumber: ReadonlyMap<string | undefined, string>): string | undefined {
  const same = file.replace(/(\.up)?\.sql$/, '.down.sql');
  if (downs.has(same)) return same;
  const other = file.endsWith('.up.sql') ? byNumber.get(numberOf(file)) : undefined;
  return other !== undefined && downs.has(other) ? other : undefined;
}

const numberOf = (file: string): string | undefined => NUMBERED.exec(file)?.[1];

async function readFile(
  layout: NumberedLayout,
  listing: Listing,
  options: FormatOptions,
  file: string,
  down: string | undefined,
): Promise<{ migration: Migration; faults: EngineError[] }> {
  const path = posix.join(listing.directory, file);
  const number = (layout.file ?? NUMBERED).exec(file)![1]!;
  const text = await listing.text(file);
  const script = layout.script?.(text, path, options) ?? { sql: text };
  const inside = script.down === undefined ? undefined : { file, sql: script.down };
  return migrationFile(
    listing,
    {
      version: number === '' ? file.replace(/\.sql$/, '') : versionOf(number),
      name: file,
      file,
      text,
      sql: script.sql,
      transaction: script.transaction,
      down: down === undefined ? inside : { file: down, sql: await listing.text(down) },
    },
    options,
  );
}

function lonelyDown(path: string): EngineError {
  return fileFault(
    'FILES_BAD_NAME',
    path,
    'a down file without its up file',
    `Add ${posix.basename(path).replace(/\.down\.sql$/, '.up.sql')}, or remove it. If it is sqlx's, which passes over such a file: format: sqlx.`,
  );
}
