import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Runs pg_dump on a database, in the one read-only transaction that it makes for itself.
 * @returns what it wrote, and what it complained of when it did not get to its end
 */
export async function pgDump(
  program: string,
  url: string,
  args: readonly string[],
): Promise<{ readonly out: string; readonly fault: string | undefined }> {
  const { address, password } = withoutPassword(url);
  const env = {
    ...process.env,
    ...(password !== undefined && { PGPASSWORD: password }),
    PGOPTIONS: '-c timezone=UTC',
  };
  const child = spawn(program, [...args, `--dbname=${address}`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, fault: child.exitCode === 0 ? undefined : said.trim() };
}

/** Everybody on the machine sees the command line of a process. */
function withoutPassword(url: string): { address: string; password: string | undefined } {
  const [, before, password, after] = /^([a-z]+:\/\/[^:@/?]*):([^@/]*)(@.*)$/i.exec(url) ?? [];
  if (before === undefined) return { address: url, password: undefined };
  return { address: `${before}${after!}`, password: decodeURIComponent(password!) };
}
