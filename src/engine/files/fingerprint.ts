import { createHash } from 'node:crypto';
import type { Statement } from './statements.js';

/**
 * SHA-256 (hex) over the parse trees without their places in the file: equal for files that differ in comments, white space or
 * upper and lower case of keywords only, so that such an edit of an applied file is told apart from a real one.
 */
export function fingerprint(statements: readonly Statement[]): string {
  const hash = createHash('sha256');
  for (const { node } of statements)
    hash.update(JSON.stringify(node, (key, value: unknown) => (PLACES.has(key) ? undefined : value)));
  return hash.digest('hex');
}

const PLACES = new Set(['location', 'stmt_location', 'stmt_len', 'name_location', 'list_start', 'list_end']);
