import { canonicalText, checksum } from '../files/checksum.js';
import type { Migration } from '../files/migration.js';

/** Whether a file is the one that the tool ran; `unknown` where its checksum cannot be computed from what is known of the file. */
export type Content = 'same' | 'edited' | 'unknown';

/**
 * Holds a tool's checksum against a file: in the bytes it has now and with the line ends and the mark at its head that git and editors
 * change, which do not count for our own checksum either.
 */
export function compareContent(migration: Migration, matches: (bytes: Buffer) => boolean): Content {
  // The text is known only where all of it runs: elsewhere parts are blanked or filled in.
  if (checksum(migration.sql) !== migration.checksum) return 'unknown';
  const lf = canonicalText(migration.sql);
  const forms = new Set([migration.sql, lf, lf.replace(/\n/g, '\r\n')]);
  return [...forms].some((text) => matches(Buffer.from(text)) || matches(Buffer.from(`\uFEFF${text}`))) ? 'same' : 'edited';
}
