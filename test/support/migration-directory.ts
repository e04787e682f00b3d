import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { discoverMigrations, type Source } from '../../src/engine/files/discover.js';
import { FORMATS } from '../../src/engine/files/formats.js';
import { readListing } from '../../src/engine/files/listing.js';
import { temporaryDirectory } from './directory.js';

/** Files of a migration directory by name. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** Writes the files into a directory `m` that goes when the test ends. @returns the folder above it */
export function writeMigrations(files: Files): string {
  const { directory, remove } = temporaryDirectory();
  onTestFinished(remove);
  mkdirSync(join(directory, 'm'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, 'm', name)), { recursive: true });
    writeFileSync(join(directory, 'm', name), text);
  }
  return directory;
}

/** What Pawl makes of such a directory. */
export function discover(files: Files, source: Partial<Source> = {}): ReturnType<typeof discoverMigrations> {
  return discoverMigrations({ directory: 'm', ...source }, writeMigrations(files));
}

/** The same, where nothing may be wrong: versions, names, what runs (without blank space around), what undoes it, and outside of a transaction or not. */
export async function scripts(files: Files, source: Partial<Source> = {}): Promise<object[]> {
  const { migrations, faults } = await discover(files, source);
  if (faults.length > 0) throw faults[0]!;
  return migrations.map(({ version, name, sql, down, transaction }) => ({
    version,
    name,
    sql: squeezed(sql),
    ...(down && { down: squeezed(down.sql) }),
    ...(transaction === 'none' && { transaction }),
  }));
}

/** Code and message of all that is wrong. */
export async function faultsOf(files: Files, source: Partial<Source> = {}): Promise<string[]> {
  return (await discover(files, source)).faults.map(({ code, message }) => `${code} ${message}`);
}

/** Messages of what is said and keeps nothing from being deployed. */
export async function warningsOf(files: Files, source: Partial<Source> = {}): Promise<string[]> {
  return (await discover(files, source)).warnings.map(({ message }) => message);
}

/** Names of the formats that claim such a directory. */
export async function claims(files: Files): Promise<string[]> {
  const listing = await readListing('m', writeMigrations(files));
  const names: string[] = [];
  for (const format of FORMATS) if (await format.detects(listing)) names.push(format.name);
  return names;
}

function squeezed(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}
