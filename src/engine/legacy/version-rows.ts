import type pg from 'pg';
import type { Migration } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyReading, LegacyTracker, Mirroring } from './tool.js';

/** Reads a tracker that has a column `version`, a row for each migration that was applied whole, and no other state. */
export async function readVersions(
  client: pg.Client,
  tracker: LegacyTracker,
  migrations: readonly Migration[],
): Promise<LegacyReading> {
  const { rows } = await client.query<{ version: string }>(`select version from ${relation(tracker)} order by version`);
  return { claims: claimRows(rows, migrations), dirty: [] };
}

/** Keeps such a tracker. @param written the version as the tool writes it */
export function mirrorVersions(written: (migration: Pick<Migration, 'version' | 'name'>) => string): Mirroring {
  return {
    add: (tracker, migration) => [
      `insert into ${relation(tracker)} (version) values (${literal(written(migration))}) on conflict do nothing`,
    ],
    remove: (tracker, migration) => [`delete from ${relation(tracker)} where version = ${literal(written(migration))}`],
  };
}

/** The number as it is in the file's name, zeros included. */
export function digitsOf({ name, version }: Pick<Migration, 'version' | 'name'>): string {
  return /^\d+/.exec(name)?.[0] ?? version;
}
