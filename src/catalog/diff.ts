import type { DatabaseUrl } from '../engine/address.js';
import { read } from '../engine/postgres/read.js';
import { compareCatalogs, type CompareOptions, type Difference } from './compare.js';
import type { Catalog } from './catalog.js';
import { readCatalog, type ReadCatalogOptions } from './read.js';

export interface DiffOptions extends ReadCatalogOptions, CompareOptions {
  /** Shown in pg_stat_activity. */
  readonly application?: string;
}

/**
 * Compares the schemas of two databases, in the direction from the first to the second; reads only.
 * @throws EngineError `CONNECT_FAILED`
 */
export async function diffDatabases(urlA: DatabaseUrl, urlB: DatabaseUrl, options: DiffOptions = {}): Promise<Difference[]> {
  const [a, b] = await Promise.all([readDatabase(urlA, options), readDatabase(urlB, options)]);
  return compareCatalogs(a, b, options);
}

/** Reads the schema of a database as of one moment, on a connection of its own. */
export function readDatabase(url: DatabaseUrl, options: DiffOptions = {}): Promise<Catalog> {
  return read(url, options.application ?? 'pawl:diff', (client) => readCatalog(client, options), 'repeatable read');
}
