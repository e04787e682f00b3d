import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startOf } from './process-table.js';

/**
 * Runs `work` while no other process on this machine runs work under the same directory, which is made when missing.
 * A holder that was killed does not keep the lock.
 *
 * The lock is the file with the highest number; a free or dead one is followed by the next number, which only one process can
 * create. Nobody removes the highest file, so nobody can take away a lock that was given to another meanwhile.
 *
 * @param onWait called once, when another process holds the lock
 */
export async function withLock<T>(directory: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  await mkdir(directory, { recursive: true });
  let waiting = false;
  let held = await take(directory);
  while (held === undefined) {
    if (!waiting) onWait?.();
    waiting = true;
    await delay(50);
    held = await take(directory);
  }
  try {
    return await work();
  } finally {
    await replace(directory, held, 'free');
  }
}

/** The path of the lock file when it is ours now. */
async function take(directory: string): Promise<string | undefined> {
  const top = await highest(directory);
  if (top > 0 && isHeld(await readFile(join(directory, String(top)), 'utf8').catch(ifGone))) return undefined;
  const mine = join(directory, String(top + 1));
  if (!(await create(directory, mine))) return undefined;
  if ((await highest(directory)) !== top + 1) {
    // A slower reader than others: higher numbers were made and lower ones removed since `top` was read.
    await rm(mine);
    return undefined;
  }
  for (const file of await readdir(directory)) if (Number(file) <= top) await rm(join(directory, file), { force: true });
  return mine;
}

async function highest(directory: string): Promise<number> {
  return Math.max(0, ...(await readdir(directory)).map(Number).filter(Number.isInteger));
}

function isHeld(content: string): boolean {
  const [pid, start] = content.split(' ', 2);
  return content !== 'free' && startOf(Number(pid)) === start;
}

// Removed by a holder of a higher number: as good as free, the next look finds that number.
function ifGone(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'free';
  throw error;
}

/** Makes the file with its content in one step, so that nobody reads an empty lock. */
async function create(directory: string, path: string): Promise<boolean> {
  const draft = join(directory, `draft-${randomUUID()}`);
  await writeFile(draft, `${process.pid} ${startOf(process.pid)}`);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

async function replace(directory: string, path: string, content: string): Promise<void> {
  const draft = join(directory, `draft-${randomUUID()}`);
  await writeFile(draft, content);
  await rename(draft, path);
}
