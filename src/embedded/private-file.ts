import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { EngineError } from '../engine/error.js';

/**
 * Writes a file that only its owner may read, whole or not at all. A link that somebody has put there is replaced, not followed. What is no
 * file (`/dev/stdout`, a pipe) is written to.
 */
export async function writePrivate(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isFile()) return writeFile(path, text);
  const draft = `${path}-${randomUUID()}`;
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Makes a folder of ours, which others may not list or change; as root they may pass through it, for PostgreSQL runs as another account there.
 * @throws EngineError `POSTGRES_UNAVAILABLE` where it is a link, no folder, or another user's
 */
export async function privateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  const mine = process.getuid?.() ?? found.uid;
  if (found.isSymbolicLink() || found.uid !== mine) {
    const what = found.isSymbolicLink() ? 'is a link' : `belongs to another user (uid ${found.uid})`;
    throw new EngineError('POSTGRES_UNAVAILABLE', 'refused', `${path} ${what}, and passwords would be written there`, {
      next: `Remove ${path}, and run the command again.`,
    });
  }
  await chmod(path, mine === 0 ? 0o711 : 0o700);
}
