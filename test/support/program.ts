import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program that a test needs. Throws when it is missing: such a test fails, it is never skipped. */
export function requireProgram(name: string): string {
  // pgbouncer lives in /usr/sbin, which is not on everybody's PATH.
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  throw new Error(`this test needs ${name}: install it, for example with apt-get install ${name}`);
}
