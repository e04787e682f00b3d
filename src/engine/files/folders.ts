import { posix } from 'node:path';
import type { EngineError } from '../error.js';
import { collecting, fileFault } from './file-fault.js';
import type { Discovered, FormatOptions, Listing, MigrationFormat } from './format.js';
import { migrationFile } from './migration-file.js';
import { versionOf, type Migration } from './migration.js';
import { tellApart } from './same-number.js';

export interface FolderLayout {
  /** The file in each folder that is the migration. */
  readonly script: 'up.sql' | 'migration.sql';
  /** What runs of the text; the whole by default. */
  readonly sql?: (text: string) => string;
  /** The tool knows a migration by the name of its folder, not by the number alone. */
  readonly known?: 'by name';
  readonly transaction?: (listing: Listing, folder: string) => Promise<Migration['transaction'] | undefined>;
}

/** Reads a directory of folders, `20240131120000_name/` and the like, one migration each; `down.sql` beside the script undoes it. */
export function folders(layout: FolderLayout): MigrationFormat['read'] {
  return async (listing, options) => {
    const found: Discovered = { migrations: [], faults: [] };
    for (const file of listing.files.filter((name) => name.endsWith(`/${layout.script}`))) {
      const read = await collecting(found.faults, () => readFolder(layout, listing, options, posix.dirname(file)));
      if (!read) continue;
      found.migrations.push(read.migration);
      found.faults.push(...read.faults);
    }
    const extra = new Set(listing.files.filter((file) => /^\d[^/]*\/[^/]*\.sql$/.test(file)));
    for (const { path, down } of found.migrations) {
      for (const own of [path, down?.path]) extra.delete(posix.relative(listing.directory, own ?? ''));
    }
    for (const folder of listing.folders.filter((name) => /^\d[^/]*$/.test(name))) {
      const inside = listing.files.filter((file) => file.startsWith(`${folder}/`));
      if (inside.includes(`${folder}/${layout.script}`)) continue;
      found.faults.push(withoutScript(layout, posix.join(listing.directory, folder), inside));
      for (const file of inside) extra.delete(file);
    }
    // Without a number it was never meant to be a migration, and these tools do not look at files.
    found.faults.push(...listing.files.filter((file) => /^\d[^/]*\.sql$/.test(file)).map((file) => stray(listing, layout, file)));
    // As text, as these tools do: 20250625_a stands before 20250625120000_b.
    found.migrations.sort((a, b) => byText(sortKey(layout, a), sortKey(layout, b)));
    const passedOver = [...extra].map((file) => ({ file, why: `it is not the ${layout.script} of its folder` }));
    const migrations = layout.known ? tellApart(found.migrations, ({ name }) => name) : found.migrations;
    return { ...found, migrations, passedOver };
  };
}

/** Prisma sorts by the whole name; diesel by what is before the first underscore, without dashes. */
function sortKey({ known }: FolderLayout, { name }: Migration): string {
  return known ? name : name.replace(/_.*/, '').replaceAll('-', '');
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

async function readFolder(
  layout: FolderLayout,
  listing: Listing,
  options: FormatOptions,
  folder: string,
): Promise<{ migration: Migration; faults: EngineError[] }> {
  // Of diesel's names all is the version that stands before the first underscore, without dashes.
  const number = (layout.known ? /^(\d[\d-]*)(?:_[^/]*)?$/ : /^(\d[^_/]*)(?:_[^/]*)?$/).exec(folder)?.[1]?.replace(/-/g, '');
  if (number === undefined) {
    throw fileFault(
      'FILES_BAD_NAME',
      posix.join(listing.directory, folder),
      'the name of the folder does not begin with a version',
      `Name it <number>_<what it does>, for example 20240131120000_add_index, with ${layout.script} in it; or move it elsewhere.`,
    );
  }
  const file = `${folder}/${layout.script}`;
  const down = `${folder}/down.sql`;
  const text = await listing.text(file);
  return migrationFile(
    listing,
    {
      version: versionOf(number),
      name: folder,
      file,
      text,
      sql: layout.sql?.(text),
      transaction: await layout.transaction?.(listing, folder),
      down: listing.files.includes(down) ? { file: down, sql: await listing.text(down) } : undefined,
    },
    options,
  );
}

function withoutScript({ script }: FolderLayout, path: string, inside: readonly string[]): EngineError {
  const others = inside.length === 0 ? 'it is empty' : `it holds ${inside.map((file) => posix.basename(file)).join(', ')}`;
  return fileFault(
    'FILES_BAD_NAME',
    path,
    `a folder with a version and without a ${script} (${others})`,
    `Write ${script} (what is in another language, as SQL); or remove the folder, or move it elsewhere.`,
  );
}

function stray(listing: Listing, { script }: FolderLayout, file: string): EngineError {
  return fileFault(
    'FILES_BAD_NAME',
    posix.join(listing.directory, file),
    'a file beside the folders, and each migration here is a folder',
    `Move it to ${file.replace(/\.sql$/, '')}/${script}, or elsewhere.`,
  );
}
