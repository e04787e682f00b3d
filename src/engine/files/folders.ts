import { posix } from 'node:path';
import type { EngineError } from '../error.js';
import { collecting, fileFault } from './file-fault.js';
import type { Discovered, FormatOptions, Listing, MigrationFormat } from './format.js';
import { migrationFile } from './migration-file.js';
import { canonicalVersion, compareVersions, type Migration } from './migration.js';

export interface FolderLayout {
  /** The file in each folder that is the migration. */
  readonly script: 'up.sql' | 'migration.sql';
  /** What runs of the text; the whole by default. */
  readonly sql?: (text: string) => string;
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
    found.faults.push(...listing.files.filter((file) => /^[^/]*\.sql$/.test(file)).map((file) => stray(listing, layout, file)));
    found.migrations.sort((a, b) => compareVersions(a.version, b.version));
    return found;
  };
}

async function readFolder(
  layout: FolderLayout,
  listing: Listing,
  options: FormatOptions,
  folder: string,
): Promise<{ migration: Migration; faults: EngineError[] }> {
  // diesel takes the dashes out of 2024-01-31-120000.
  const number = /^(\d[\d-]*)(?:_[^/]*)?$/.exec(folder)?.[1]?.replace(/-/g, '');
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
      version: canonicalVersion(number),
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

function stray(listing: Listing, { script }: FolderLayout, file: string): EngineError {
  return fileFault(
    'FILES_BAD_NAME',
    posix.join(listing.directory, file),
    'a file beside the folders, and each migration here is a folder',
    `Move it to ${file.replace(/\.sql$/, '')}/${script}, or elsewhere.`,
  );
}
