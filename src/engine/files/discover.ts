import { EngineError } from '../error.js';
import { checkAtlasSum } from './atlas-sum.js';
import type { Discovered, FormatOptions } from './format.js';
import { chooseFormat } from './formats.js';
import { readListing } from './listing.js';
import { takeOutTransactions } from './own-transaction.js';

/** Where migrations are, as the config says it. */
export interface Source {
  readonly directory: string;
  readonly format?: string | undefined;
  /** See {@link FormatOptions}. */
  readonly placeholders?: FormatOptions['placeholders'] | undefined;
  /** Pairs of BEGIN and COMMIT in the files are taken out; where nothing is said, if the format has them by custom. */
  readonly unwrap?: boolean | undefined;
}

/**
 * Reads the migrations of a directory in the order in which they are applied, and everything that is wrong with its files.
 * @param root folder of the configuration
 */
export async function discoverMigrations(source: Source, root: string): Promise<Discovered> {
  try {
    const listing = await readListing(source.directory, root);
    const format = await chooseFormat(listing, source.format);
    const found = await format.read(listing, { placeholders: source.placeholders ?? {} });
    const migrations = (source.unwrap ?? format.unwraps) ? await takeOutTransactions(found.migrations) : found.migrations;
    return { migrations, faults: [...(await checkAtlasSum(listing)), ...found.faults] };
  } catch (error) {
    if (error instanceof EngineError) return { migrations: [], faults: [error] };
    throw error;
  }
}
