import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where this checkout's test runs share a server: two runs at once share one, and a run that was killed leaves its server to
 * the next.
 */
export function sharedDirectory(server: string): string {
  const checkout = createHash('sha256').update(`${process.cwd()}\n${process.env['PAWL_TEST_POSTGRES_BIN'] ?? ''}`);
  return join(realpathSync(tmpdir()), `pawl-test-${checkout.digest('hex').slice(0, 12)}`, server);
}

/** A new directory under the system's temporary one, which PostgreSQL's account may enter. */
export function temporaryDirectory(): { readonly directory: string; readonly remove: () => Promise<void> } {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'pawl-test-'));
  chmodSync(directory, 0o755);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
