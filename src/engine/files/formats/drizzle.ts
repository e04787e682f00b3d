import { posix } from 'node:path';
import { fileFault, collecting } from '../file-fault.js';
import { folders } from '../folders.js';
import type { Discovered, FormatOptions, Listing, MigrationFormat } from '../format.js';
import { migrationFile } from '../migration-file.js';
import { terminate } from '../section.js';

const JOURNAL = 'meta/_journal.json';

/** drizzle-orm splits at this text wherever it stands, and runs what is before it with or without a semicolon. */
const withBreakpoints = (text: string): string => terminate(text, /--> statement-breakpoint/g);

const readFolders = folders({ script: 'migration.sql', known: 'by name', sql: withBreakpoints });

/**
 * Drizzle, both layouts: files in the order of `meta/_journal.json`, their tags being their identity; and, from 1.0 on, folders with
 * `migration.sql` and `snapshot.json`.
 */
export const drizzle: MigrationFormat = {
  name: 'drizzle',
  tool: 'Drizzle',
  listed: true,
  detects: (listing) => listing.files.includes(JOURNAL) || hasSnapshots(listing),
  read: (listing, options) => (listing.files.includes(JOURNAL) ? readJournal(listing, options) : readFolders(listing, options)),
};

/** What tells Drizzle's folders from Prisma's. */
export function hasSnapshots(listing: Listing): boolean {
  return listing.files.some(
    (file) => /^[^/]+\/snapshot\.json$/.test(file) && listing.files.includes(`${posix.dirname(file)}/migration.sql`),
  );
}

async function readJournal(listing: Listing, options: FormatOptions): Promise<Discovered> {
  const found: Discovered = { migrations: [], faults: [] };
  const tags = (await collecting(found.faults, () => readTags(listing))) ?? [];
  for (const tag of tags) {
    const file = `${tag}.sql`;
    if (!listing.files.includes(file)) {
      found.faults.push(
        fileFault(
          'FILES_FORMAT',
          posix.join(listing.directory, JOURNAL),
          `it names ${tag}, and there is no ${file}`,
          'Restore the file, or take its entry out.',
        ),
      );
      continue;
    }
    const text = await collecting(found.faults, () => listing.text(file));
    if (text === undefined) continue;
    const { migration, faults } = migrationFile(
      listing,
      { version: tag, name: file, file, text, sql: withBreakpoints(text) },
      options,
    );
    found.migrations.push(migration);
    found.faults.push(...faults);
  }
  const strays = listing.files.filter((name) => /^[^/]*\.sql$/.test(name) && !tags.includes(name.replace(/\.sql$/, '')));
  return { ...found, passedOver: strays.map((file) => ({ file, why: `${JOURNAL} does not name it` })) };
}

async function readTags(listing: Listing): Promise<string[]> {
  const path = posix.join(listing.directory, JOURNAL);
  const broken = (what: string): Error =>
    fileFault('FILES_FORMAT', path, what, 'Restore it from version control; `drizzle-kit check` tells more.');
  const text = await listing.text(JOURNAL);
  let journal: { dialect?: unknown; entries?: unknown };
  try {
    journal = JSON.parse(text) as typeof journal;
  } catch (error) {
    throw broken(`it is no JSON: ${(error as Error).message}`);
  }
  const { dialect, entries } = journal;
  if (dialect !== undefined && dialect !== 'postgresql' && dialect !== 'pg') {
    throw fileFault(
      'FILES_UNSUPPORTED',
      path,
      `the migrations are for ${JSON.stringify(dialect)}`,
      'Pawl deploys to PostgreSQL.',
    );
  }
  if (!Array.isArray(entries)) throw broken('it has no list of entries');
  return entries.map((entry: { tag?: unknown } | null) => {
    if (typeof entry?.tag !== 'string') throw broken('an entry has no tag');
    return entry.tag;
  });
}
