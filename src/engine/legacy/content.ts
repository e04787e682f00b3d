import { canonicalText } from '../files/checksum.js';
import { fileText, type Migration } from '../files/migration.js';

/** Whether a file is the one that the tool ran; `unknown` where its checksum cannot be computed from what is known of the file. */
export type Content = 'same' | 'edited' | 'unknown';

/**
 * Holds a tool's checksum against a file: in the bytes it has now and with the line ends and the mark at its head that git and editors
 * change, which do not count for our own checksum either.
 */
export function compareContent(migration: Migration, matches: (bytes: Buffer) => boolean): Content {
  const text = fileText(migration);
  const lf = canonicalText(text);
  const forms = new Set([text, lf, lf.replace(/\n/g, '\r\n')]);
  return [...forms].some((form) => matches(Buffer.from(form)) || matches(Buffer.from(`\uFEFF${form}`))) ? 'same' : 'edited';
}
