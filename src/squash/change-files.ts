import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { atlasSum, isSummed } from '../engine/files/atlas-sum.js';
import { readListing } from '../engine/files/listing.js';
import type { Migration } from '../engine/files/migration.js';
import type { SquashedFile } from './squashed-files.js';

/** Moves the old files aside and writes the new ones. Nothing is deleted, and nothing that is aside already is overwritten; sums of Atlas are made anew. */
export async function changeFiles(
  root: string,
  directory: string,
  aside: string,
  old: readonly Migration[],
  files: readonly SquashedFile[],
): Promise<void> {
  const paths = new Set(old.flatMap(({ path, down }) => (down ? [path, down.path] : [path])));
  for (const path of paths) {
    const to = join(root, aside, posix.relative(directory, path));
    if (existsSync(to)) throw new Error(`${to} is there already`);
    await mkdir(dirname(to), { recursive: true });
    await rename(join(root, path), to);
    const folder = dirname(join(root, path));
    if ((await readdir(folder)).length === 0) await rmdir(folder);
  }
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const listing = await readListing(directory, root);
  if (!isSummed(listing)) return;
  const sum = await atlasSum(listing);
  await writeFile(join(root, directory, sum.file), sum.text);
}
