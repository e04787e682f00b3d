import { createHash } from 'node:crypto';
import { EngineError } from '../error.js';
import type { Migration } from './migration.js';
import { parseStatements, type Statement } from './statements.js';

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

/** The same of a file; null where it does not parse, as what another tool ran, or what is skipped, may not. The grammar has to be loaded. */
export function fileFingerprint({ sql, path }: Pick<Migration, 'sql' | 'path'>): string | null {
  try {
    return fingerprint(parseStatements(sql, path));
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
