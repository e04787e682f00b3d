import { counted } from '../../text/counted.js';
import type { Migration } from '../files/migration.js';
import { createHash } from 'node:crypto';
import { EngineError } from '../error.js';
import { claimNames, type LegacyClaim } from './claim.js';
import { compareContent } from './content.js';
import { relation } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';

interface Row {
  readonly hash: string;
  /** From 1.0 on; null where the row is older. */
  readonly name?: string | null;
}

/**
 * Drizzle writes a row with the SHA-256 of the file and the time in its journal; from 1.0 on also the name. Before that it ran only what is
 * newer than its newest row: a file that was merged late has no row, was skipped, and is pending here.
 */
export const drizzle: LegacyTool = {
  name: 'drizzle',
  ownSchema: 'drizzle',
  shape: { table: '__drizzle_migrations', columns: { id: /^integer$/, hash: /^text$/, created_at: /^bigint$/ } },

  async read(client, tracker, migrations, { assume = [] }) {
    const { rows } = await client.query<{ row: Row }>(
      `select pg_catalog.to_jsonb(d) as row from ${relation(tracker)} d order by created_at, id`,
    );
    const { claims, strangers } = claimFiles(
      rows.map(({ row }) => row),
      migrations,
    );
    return { claims, dirty: strangers > assume.length ? [unknownRows(tracker, strangers)] : [] };
  },

  mirror: "its rows hold the times of Drizzle's journal: before going back, insert the hash and `when` of each new entry by hand",
};

function claimFiles(rows: readonly Row[], migrations: readonly Migration[]): { claims: LegacyClaim[]; strangers: number } {
  const taken = new Set<number>();
  const found = rows.map((row) => {
    const places = migrations.flatMap((migration, place) => (isRowOf(row, migration) ? [place] : []));
    // Files of the same text have the same hash, and rows stand in the order of the files.
    const at = places.find((place) => !taken.has(place)) ?? places[0] ?? -1;
    taken.add(at);
    return { row, at };
  });
  const claims: LegacyClaim[] = [];
  let strangers = 0;
  for (const [index, { row, at }] of found.entries()) {
    if (at < 0 && typeof row.name === 'string') claims.push(...claimNames([{ name: row.name }], migrations));
    const place = at >= 0 || typeof row.name === 'string' ? at : onlyPlace(found, index, migrations, taken);
    const migration = migrations[place];
    if (migration) claims.push(claimOf(migration, row));
    else if (typeof row.name !== 'string') strangers += 1;
  }
  return { claims, strangers };
}

function isRowOf({ hash, name }: Row, migration: Migration): boolean {
  if (typeof name === 'string') return migration.name.replace(/\.sql$/, '') === name;
  return contentOf(migration, hash) === 'same';
}

/** An edited file has another hash; where all rows around it have theirs and one file is left between, it is that one. */
function onlyPlace(
  found: readonly { readonly at: number }[],
  index: number,
  migrations: readonly Migration[],
  taken: ReadonlySet<number>,
): number {
  const before = found.slice(0, index).findLast(({ at }) => at >= 0)?.at ?? -1;
  const after = found.slice(index).find(({ at }) => at >= 0)?.at ?? before + 2;
  const between = migrations.map((_, at) => at).filter((at) => at > before && at < after && !taken.has(at));
  return between.length === 1 ? between[0]! : -1;
}

function claimOf(migration: Migration, { hash }: Row): LegacyClaim {
  return { version: migration.version, name: migration.name, content: contentOf(migration, hash), assumed: false };
}

/** Our own checksum is over the same bytes, when the file has neither CRLF nor a mark at its head. */
function contentOf(migration: Migration, hash: string): 'same' | 'edited' {
  const matches = (bytes: Buffer): boolean => createHash('sha256').update(bytes).digest('hex') === hash;
  return migration.checksum === hash || compareContent(migration, matches) === 'same' ? 'same' : 'edited';
}

function unknownRows({ schema, table }: LegacyTracker, count: number): EngineError {
  return new EngineError(
    'LEGACY_UNKNOWN_VERSION',
    'refused',
    `${schema}.${table} has ${counted(count, 'row')} whose hash is that of no file, and Drizzle's table does not name files`,
    {
      next: 'Restore the files as they were applied; or name the tags of those that the rows stand for under `adopt.assume`.',
    },
  );
}
