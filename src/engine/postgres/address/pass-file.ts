import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../address.js';

/** Where a password file is looked for. */
export interface PassFile {
  /** As `passfile` or PGPASSFILE name it. */
  readonly path: string | undefined;
  readonly home: string;
}

interface Login {
  readonly host: Host;
  readonly database: string;
  readonly user: string;
}

/**
 * The password of a login from libpq's password file (PostgreSQL documentation, section 34.16).
 * As there, a file that others may read is passed over.
 */
export async function passwordFrom({ path, home }: PassFile, { host, database, user }: Login): Promise<string | undefined> {
  const file = path ?? join(home, '.pgpass');
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || (process.platform !== 'win32' && (found.mode & 0o077) !== 0)) return undefined;
  const wanted = [host.name.startsWith('/') ? 'localhost' : host.name, String(host.port), database, user];
  for (const line of (await readFile(file, 'utf8')).split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = line.match(/(?:[^:\\]|\\.)*(?::|$)/g)?.map((field) => field.replace(/:$/, '')) ?? [];
    if (fields.length < 5) continue;
    const matches = wanted.every((value, at) => fields[at] === '*' || unescaped(fields[at]!) === value);
    if (matches) return unescaped(fields[4]!);
  }
  return undefined;
}

const unescaped = (field: string): string => field.replaceAll(/\\(.)/g, '$1');
