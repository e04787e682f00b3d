import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { DatabaseUrl } from '../engine/address.js';
import { libpqEnvironment } from '../engine/postgres/libpq-environment.js';

/**
 * Runs pg_dump on a database, in the one read-only transaction that it makes for itself.
 * @returns what it wrote, and what it complained of when it did not get to its end
 */
export async function pgDump(
  program: string,
  url: DatabaseUrl,
  args: readonly string[],
): Promise<{ readonly out: string; readonly fault: string | undefined }> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  const env = { ...own, ...(await libpqEnvironment(url, { timezone: 'UTC' })) };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, fault: child.exitCode === 0 ? undefined : said.trim() };
}
