import { posix } from 'node:path';
import type { Listing, MigrationFormat } from '../format.js';
import { numbered } from '../numbered.js';

/**
 * refinery, of Rust: Flyway's names, in which U means unversioned (may come late), not undo. What is in Rust beside tells it from Flyway.
 */
export const refinery: MigrationFormat = {
  name: 'refinery',
  tool: 'refinery',
  detects: besideRust,
  read: numbered({ file: /^[UV](\d+)__[^/]*\.sql$/ }),
};

/** Whether files of Flyway's names lie beside Rust. */
export function besideRust({ files }: Listing): boolean {
  return (
    files.some((file) => /^[UV]\d+__[^/]*\.sql$/.test(file)) &&
    files.some((file) => /^(?:mod|lib|[UV]\d+__.*)\.rs$/.test(posix.basename(file)))
  );
}
