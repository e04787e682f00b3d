import { EngineError } from '../error.js';
import { checkAtlasSum } from './atlas-sum.js';
import type { PlanFinding } from '../finding.js';
import type { FormatOptions, Listing } from './format.js';
import { compareVersions, type Migration } from './migration.js';
import { chooseFormat } from './formats.js';
import { readListing } from './listing.js';
import { takeOutTransactions } from './own-transaction.js';
import { tellApart } from './same-number.js';
import { findUnread } from './unread.js';
import { undoingFiles, wholeFileFault } from './whole-file.js';

/** Where migrations are, as the config says it. */
export interface Source {
  /** Several are read as one: their files run in one order, whichever directory they lie in. */
  readonly directory: string | readonly string[];
  readonly format?: string | undefined;
  /** What the old tool knows a file by: two with the same number are told apart where it is the name. By the format where nothing is said. */
  readonly identity?: 'version' | 'name' | undefined;
  /** See {@link FormatOptions}. */
  readonly placeholders?: FormatOptions['placeholders'] | undefined;
  /** Pairs of BEGIN and COMMIT in the files are taken out; where nothing is said, if the format has them by custom. */
  readonly unwrap?: boolean | undefined;
}

/** What a directory holds. */
export interface Discovery {
  /** In the order in which they are applied. */
  readonly migrations: Migration[];
  /** Everything that is wrong with the files: none may be deployed. */
  readonly faults: EngineError[];
  /** What a person should know of files that are not read; it keeps nothing from being deployed. */
  readonly warnings: PlanFinding[];
}

/**
 * Reads the migrations of a directory in the order in which they are applied, and everything that is wrong with its files.
 * @param root folder of the configuration
 */
export async function discoverMigrations(source: Source, root: string): Promise<Discovery> {
  const { directory } = source;
  const found =
    typeof directory === 'string'
      ? await discoverOne(source, directory, root)
      : merged(await Promise.all(directory.map((each) => discoverOne(source, each, root))));
  if (source.identity !== 'name') return found;
  return { ...found, migrations: tellApart(found.migrations, ({ name }) => name.replace(/\.sql$/, '')) };
}

/** Ascending by version, names deciding where two have the same, and what runs again when it changes last. */
function merged(parts: readonly Discovery[]): Discovery {
  const migrations = parts
    .flatMap((part) => part.migrations)
    .sort(
      (a, b) =>
        Number(a.repeatable ?? false) - Number(b.repeatable ?? false) ||
        compareVersions(a.version, b.version) ||
        (a.name < b.name ? -1 : Number(a.name > b.name)),
    );
  return {
    migrations,
    faults: parts.flatMap(({ faults }) => faults),
    warnings: parts.flatMap(({ warnings }) => warnings),
  };
}

async function discoverOne(source: Source, directory: string, root: string): Promise<Discovery> {
  try {
    const listing = await readListing(directory, root);
    const format = await chooseFormat(listing, source.format);
    const read = new Set<string>();
    const found = await format.read(watched(listing, read), { placeholders: source.placeholders ?? {} });
    const unread = findUnread(listing, format, read, found);
    const migrations = (source.unwrap ?? format.unwraps) ? await takeOutTransactions(found.migrations) : found.migrations;
    const whole = found.migrations.flatMap((migration) => wholeFileFault(migration) ?? []);
    const faults = [
      ...(await checkAtlasSum(listing)),
      ...found.faults,
      ...whole,
      ...undoingFiles(found.migrations),
      ...unread.faults,
    ];
    return { migrations, faults, warnings: unread.warnings };
  } catch (error) {
    if (error instanceof EngineError) return { migrations: [], faults: [error], warnings: [] };
    throw error;
  }
}

/** The same listing, which notes whose text was asked for. */
function watched(listing: Listing, read: Set<string>): Listing {
  return {
    ...listing,
    text(file) {
      read.add(file);
      return listing.text(file);
    },
  };
}
