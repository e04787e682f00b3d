import type pg from 'pg';
import { canonicalCatalog } from './canonical.js';
import { keyOf, textOf, type Catalog, type CatalogObject, type Json } from './catalog.js';
import { withCanonicalSettings } from './canonical-settings.js';
import type { CatalogKind } from './kind.js';
import { KINDS } from './kinds.js';
import { LEGACY_TRACKER_SCHEMAS, LEGACY_TRACKER_TABLES } from './legacy-trackers.js';
import { SCOPE } from './scope.js';

export interface ReadCatalogOptions {
  /** Schema of our ledger, left out; `pawl` by default. */
  readonly ledgerSchema?: string;
  /** More schemas to leave out. */
  readonly ignoreSchemas?: readonly string[];
  /** Read this schema alone. */
  readonly onlySchema?: string | undefined;
  /** More tables to leave out, with all that hangs on them: a bare name, or schema.name quoted as SQL needs it. */
  readonly ignoreTables?: readonly string[];
  /** Also read settings of this database (ALTER DATABASE .. SET, ALTER ROLE .. IN DATABASE .. SET). */
  readonly databaseSettings?: boolean;
}

/**
 * Reads the schema of the connected database. Extensions' own objects, system schemas, temporary objects, our ledger and other
 * tools' trackers are left out. Needs no rights beyond connecting. Call it in a transaction; with `isolation level repeatable read` it is one
 * consistent picture.
 */
export async function readCatalog(client: pg.ClientBase, options: ReadCatalogOptions = {}): Promise<Catalog> {
  const schemas = [...LEGACY_TRACKER_SCHEMAS, ...(options.ignoreSchemas ?? []), options.ledgerSchema ?? 'pawl'];
  const tables = [...LEGACY_TRACKER_TABLES, ...(options.ignoreTables ?? [])];
  const kinds = KINDS.filter((kind) => !kind.optional || options.databaseSettings);
  return withCanonicalSettings(client, async () => {
    const { rows } = await client.query<{ server: number }>(`select current_setting('server_version_num')::int as server`);
    const server = rows[0]!.server;
    const found: Row[] = [];
    for (const kind of kinds) {
      const result = await client.query<{ row: Record<string, Json> }>(
        `${SCOPE} select to_jsonb(o) as row from (${kind.sql(server)}) o`,
        [schemas, tables, options.onlySchema ?? null],
      );
      found.push(...result.rows.map(({ row }) => ({ kind, row })));
    }
    return canonicalCatalog({ server, objects: resolve(found) });
  });
}

interface Row {
  readonly kind: CatalogKind;
  readonly row: Record<string, Json>;
}

/** Turns addresses into keys. A row whose parent was not read is out of scope, and so is what hangs on it. */
function resolve(rows: readonly Row[]): CatalogObject[] {
  const keys = new Map<Json, string>();
  const objects: CatalogObject[] = [];
  const origins: (Json | undefined)[] = [];
  for (const { kind, row } of rows) {
    const { identity, address, parent, inheritedFrom, ...attributes } = row;
    const parentKey = parent === undefined || parent === null ? undefined : keys.get(parent);
    if (parent !== undefined && parent !== null && parentKey === undefined) continue;
    const own = textOf(identity);
    const object: CatalogObject = {
      kind: kind.name,
      identity: kind.attached ? [parentKey, own].filter(Boolean).join(' ') : own,
      ...(parentKey === undefined ? {} : { parent: parentKey }),
      attributes,
    };
    if (address !== undefined) keys.set(address, keyOf(object));
    objects.push(object);
    origins.push(inheritedFrom);
  }
  return objects.map((object, index) => {
    const origin = keys.get(origins[index] ?? null);
    return origin === undefined ? object : { ...object, inheritedFrom: origin };
  });
}
