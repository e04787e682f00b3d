import { readdir } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { chooseFormat } from '../../engine/files/formats.js';
import { discoverMigrations } from '../../engine/files/discover.js';
import { EngineError } from '../../engine/error.js';
import { readListing } from '../../engine/files/listing.js';
import { LEGACY_TOOLS } from '../../engine/legacy/tools.js';

/** Nobody's migrations of a project are in these. */
const PASSED_OVER = /^(\..*|node_modules|vendor|dist|build|out|target|coverage|fixtures|tests?|__tests__)$/;
/** How far below the project one looks: src/main/resources/db/migration. */
const DEPTH = 5;

/** A directory of migrations, and the tool that they are written for. */
export interface FoundMigrations {
  /** Relative to the project, with slashes. */
  readonly directory: string;
  readonly count: number;
  /** Tool whose tracker is to be taken over; undefined where the files show none. */
  readonly tool: string | undefined;
}

/** The directory of a project that holds its migrations: of those that can be read whole, the one with most of them. */
export async function findMigrations(root: string): Promise<FoundMigrations | undefined> {
  const withSql = await foldersWithSql(root, '.', DEPTH);
  // Prisma and others keep each migration in a folder of its own.
  const candidates = [...new Set(withSql.flatMap((folder) => [folder, dirname(folder)]))].filter((folder) => folder !== '.');
  const found: FoundMigrations[] = [];
  for (const directory of candidates) {
    const migrations = await readable(directory, root);
    if (migrations.length > 0)
      found.push({ directory, count: migrations.length, tool: await toolOf(directory, root, migrations) });
  }
  // Where a tool looks into folders below, the folder that holds the files is the one that people mean.
  return found.sort((a, b) => b.count - a.count || b.directory.length - a.directory.length)[0];
}

async function foldersWithSql(root: string, folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(posix.join(root, folder), { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory() && !PASSED_OVER.test(entry.name));
  const own = entries.some((entry) => entry.isFile() && entry.name.endsWith('.sql')) ? [folder] : [];
  if (depth === 0) return own;
  const deeper = await Promise.all(below.map(({ name }) => foldersWithSql(root, posix.join(folder, name), depth - 1)));
  return [...own, ...deeper.flat()];
}

/** Paths of the files; none where something of the directory cannot be read as migrations. */
async function readable(directory: string, root: string): Promise<string[]> {
  try {
    const { migrations, faults } = await discoverMigrations({ directory }, root);
    return faults.length > 0 ? [] : migrations.map(({ path }) => path);
  } catch (error) {
    if (error instanceof EngineError) return [];
    throw error;
  }
}

async function toolOf(directory: string, root: string, paths: readonly string[]): Promise<string | undefined> {
  const { name } = await chooseFormat(await readListing(directory, root), undefined);
  if (name === 'plain') return paths.some((path) => path.endsWith('.up.sql')) ? 'golang-migrate' : undefined;
  return LEGACY_TOOLS.find((tool) => tool.name === name)?.name;
}
