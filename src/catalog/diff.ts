import { open } from '../engine/postgres/connect.js';
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
export async function diffDatabases(urlA: string, urlB: string, options: DiffOptions = {}): Promise<Difference[]> {
  const [a, b] = await Promise.all([readDatabase(urlA, options), readDatabase(urlB, options)]);
  return compareCatalogs(a, b, options);
}

/** Reads the schema of a database as of one moment, on a connection of its own. */
export async function readDatabase(url: string, options: DiffOptions = {}): Promise<Catalog> {
  const client = await open(url, options.application ?? 'pawl diff');
  try {
    await client.query('begin isolation level repeatable read read only');
    return await readCatalog(client, options);
  } finally {
    await client.end();
  }
}
