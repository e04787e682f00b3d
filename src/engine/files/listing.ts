import { readFileSync, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import { EngineError } from '../error.js';
import type { Listing, OddEntry } from './format.js';

/** What editors, version control, systems and people leave beside migrations. */
const IGNORED =
  /(^|\/)(\.|(?:node_modules|__pycache__|target)\/|#[^/]*#$)|~$|\.(?:sw[a-p]|bak|orig|rej|old|save|tmp|log|patch|diff|pyc|md)$|(^|\/)(?:readme|license|changelog|contributing|authors|makefile|dockerfile)(?:\.[a-z]+)?$|(^|\/)(?:thumbs\.db|desktop\.ini)$/i;

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
  const named = entries.map((entry) => ({
    entry,
    name: relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'),
  }));
  const kept = named.filter(({ entry, name }) => !IGNORED.test(entry.isDirectory() ? `${name}/` : name));
  const oddities = await Promise.all(kept.map(async ({ entry, name }) => ({ name, what: await oddity(entry) })));
  const odd = oddities.filter((each): each is OddEntry => each.what !== undefined);
  const strange = new Set(odd.map(({ name }) => name));
  const files = kept.flatMap(({ entry, name }) => (entry.isDirectory() || strange.has(name) ? [] : [name])).sort();
  const folders = kept.flatMap(({ entry, name }) => (entry.isDirectory() ? [name] : [])).sort();
  const read = new Map<string, Buffer>();
  // In one go: a thousand small files take 20 ms so, and 270 ms as promises, which a person waits for at every command.
  const bytes = (file: string): Promise<Buffer> => {
    // Telling formats apart reads what is read again afterwards.
    const content = read.get(file) ?? readFileSync(join(path, file));
    read.set(file, content);
    return Promise.resolve(content);
  };
  const text = async (file: string): Promise<string> => decode(await bytes(file), posix.join(directory, file));
  return { directory, location: path.split(sep).join('/'), files, folders, odd, bytes, text };
}

/** Why an entry is neither a folder nor a file that can be read; a pipe would be waited for until somebody writes to it. */
async function oddity(entry: Dirent): Promise<string | undefined> {
  if (entry.isFile() || entry.isDirectory()) return undefined;
  if (!entry.isSymbolicLink()) return kindOf(entry);
  const behind = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
  if (behind === undefined) return 'a link that leads nowhere';
  if (behind.isFile()) return undefined;
  return behind.isDirectory() ? 'a link to a directory, which is not followed' : `a link to ${kindOf(behind)}`;
}

function kindOf(entry: Pick<Dirent, 'isFIFO' | 'isSocket'>): string {
  if (entry.isFIFO()) return 'a named pipe, not a file';
  return entry.isSocket() ? 'a socket, not a file' : 'a device, not a file';
}

/** The same directory as seen from one of its folders. */
export function within(listing: Listing, folder: string): Listing {
  const inside = (names: readonly string[]): string[] =>
    names.filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1));
  return {
    directory: posix.join(listing.directory, folder),
    location: posix.join(listing.location, folder),
    files: inside(listing.files),
    folders: inside(listing.folders),
    odd: [],
    text: (file) => listing.text(posix.join(folder, file)),
    bytes: (file) => listing.bytes(posix.join(folder, file)),
  };
}

/** The text of a file; migrations are UTF-8, since PostgreSQL is told so. */
function decode(bytes: Buffer, shown: string): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    const line = bytes.subarray(0, nul).filter((byte) => byte === 0x0a).length + 1;
    throw new EngineError('FILES_NOT_UTF8', 'refused', `${shown}:${line}: the file holds a NUL byte, which no SQL can`, {
      next: `It may be UTF-16: iconv -f UTF-16 -t UTF-8 ${shown}. Otherwise take the byte out. Nothing was run.`,
      place: { file: shown, line, column: 1 },
    });
  }
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
