import { posix } from 'node:path';
import { canonicalVersion, compareVersions, versionOf, type Migration } from '../files/migration.js';
import type { Content } from './content.js';

/** One migration that a tracker claims as applied. */
export interface LegacyClaim {
  readonly version: string;
  /** The file's name; what the tracker says where no file has it, and where the tracker says otherwise. */
  readonly name: string;
  /** What the tool's own checksum says of the file as it is today. */
  readonly content: Content;
  /** True where the tracker says no more than "everything up to a version". */
  readonly assumed: boolean;
}

/** A row of a tracker that has a row per migration. */
export interface ClaimedRow {
  /** As the tool writes it. */
  readonly version: string;
  /** Name of file or folder, where the tool keeps one; an extension does not count. */
  readonly name?: string | undefined;
  readonly content?: ((migration: Migration) => Content) | undefined;
}

/** Claims of rows, each for the file of the same version; a row without a file is a claim nevertheless. */
export function claimRows(rows: readonly ClaimedRow[], migrations: readonly Migration[]): LegacyClaim[] {
  const byVersion = new Map(migrations.map((migration) => [migration.version, migration]));
  return rows.map((row) => {
    const version = versionOf(row.version);
    const migration = byVersion.get(version);
    return claim(version, migration, row);
  });
}

/** Claims of rows that name their files: `20240131-x.js` is the row of `20240131-x.sql`. */
export function claimNames(rows: readonly Omit<ClaimedRow, 'version'>[], migrations: readonly Migration[]): LegacyClaim[] {
  const byStem = new Map(migrations.map((migration) => [stem(migration.name), migration]));
  const named = new Set(rows.map((row) => byStem.get(stem(row.name ?? ''))?.version));
  const byVersion = new Map(migrations.map((migration) => [migration.version, migration]));
  return rows.map((row) => {
    const name = row.name ?? '';
    const number = /^\d+/.exec(posix.basename(name))?.[0];
    // Two may have the same number; the number of one that is claimed by its name is not that of another.
    const version = number === undefined || named.has(canonicalVersion(number)) ? stem(name) : canonicalVersion(number);
    const migration = byStem.get(stem(name)) ?? byVersion.get(version);
    return claim(migration?.version ?? version, migration, row);
  });
}

/** Claims of a tracker that only counts: every file up to a version, and the version itself where no file has it. */
export function claimUpTo(version: string, migrations: readonly Migration[]): LegacyClaim[] {
  const claims = migrations
    .filter((migration) => compareVersions(migration.version, version) <= 0)
    .map((migration) => ({ version: migration.version, name: migration.name, content: 'unknown' as const, assumed: true }));
  if (claims.some((found) => found.version === version)) return claims;
  return [...claims, { version, name: version, content: 'unknown', assumed: false }];
}

/** `20240131-x` of `db/20240131-x.up.sql`, whatever language the file is in. */
export function stem(name: string): string {
  return posix.basename(name).replace(/(\.up)?\.(sql|[cm]?[jt]s|py|rb|exs?)$/, '');
}

function claim(version: string, migration: Migration | undefined, row: Omit<ClaimedRow, 'version'>): LegacyClaim {
  const sameName = migration !== undefined && (row.name === undefined || stem(row.name) === stem(migration.name));
  return {
    version,
    name: sameName ? migration.name : (row.name ?? version),
    content: (migration && row.content?.(migration)) ?? 'unknown',
    assumed: false,
  };
}
