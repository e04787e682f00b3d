import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import { EngineError } from '../error.js';
import type { Listing } from './format.js';

/** What editors, git and people leave beside migrations. */
const IGNORED =
  /(^|\/)(\.|node_modules\/)|~$|\.sw[a-p]$|\.bak$|\.orig$|(^|\/)(readme|license|changelog)(\.[a-z]+)?$|\.md$|\.txt$/i;

/**
 * Reads a directory of migrations, with its subdirectories.
 * @param root folder of the configuration
 * @throws EngineError `FILES_MISSING_DIRECTORY`
 */
export async function readListing(directory: string, root: string): Promise<Listing> {
  const path = resolve(root, directory);
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    throw missingDirectory(directory, path, error as NodeJS.ErrnoException);
  });
  const files = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !IGNORED.test(file))
    .sort();
  const read = new Map<string, Buffer>();
  // In one go: a thousand small files take 20 ms so, and 270 ms as promises, which a person waits for at every command.
  const bytes = (file: string): Promise<Buffer> => {
    // Telling formats apart reads what is read again afterwards.
    const content = read.get(file) ?? readFileSync(join(path, file));
    read.set(file, content);
    return Promise.resolve(content);
  };
  return { directory, files, bytes, text: async (file) => decode(await bytes(file), posix.join(directory, file)) };
}

/** The same directory as seen from one of its folders. */
export function within(listing: Listing, folder: string): Listing {
  return {
    directory: posix.join(listing.directory, folder),
    files: listing.files.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1)),
    text: (file) => listing.text(posix.join(folder, file)),
    bytes: (file) => listing.bytes(posix.join(folder, file)),
  };
}

/** The text of a file; migrations are UTF-8, since PostgreSQL is told so. */
function decode(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const line = bytes.subarray(0, firstInvalid(bytes)).filter((byte) => byte === 0x0a).length + 1;
    throw new EngineError('FILES_NOT_UTF8', 'refused', `${shown}:${line}: the file is not UTF-8`, {
      next: `Convert it, for example: iconv -f LATIN1 -t UTF-8 ${shown}. Nothing was run.`,
      place: { file: shown, line, column: 1 },
    });
  }
}

/** Offset of the first byte that is no UTF-8, by halving. */
function firstInvalid(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** A character that is cut off at the end is no fault yet. */
function isPrefix(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function missingDirectory(directory: string, path: string, error: NodeJS.ErrnoException): EngineError {
  const what =
    error.code === 'ENOENT'
      ? 'does not exist'
      : error.code === 'ENOTDIR'
        ? 'is not a directory'
        : `cannot be read (${error.code})`;
  return new EngineError('FILES_MISSING_DIRECTORY', 'refused', `the directory ${directory} ${what} (${path})`, {
    next: 'Create it, or correct its name among the stages of the configuration.',
  });
}
