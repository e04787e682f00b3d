import { createHash } from 'node:crypto';
import { EngineError } from '../error.js';
import type { Migration } from './migration.js';
import { largeFingerprint } from './large-script.js';
import { readStatements } from './read-statements.js';
import { parseStatements, type Statement } from './statements.js';
import { treeText } from './tree-text.js';

/**
 * SHA-256 (hex) over the parse trees without their places in the file: equal for files that differ in comments, white space or
 * upper and lower case of keywords only, so that such an edit of an applied file is told apart from a real one.
 */
export function fingerprint(statements: readonly Statement[], data: Migration['data'] = []): string {
  const large = largeFingerprint(statements);
  if (large !== undefined && data.length === 0) return large;
  const hash = createHash('sha256');
  if (large !== undefined) hash.update(large);
  else for (const { node } of statements) hash.update(treeText(node));
  for (const { text } of data) hash.update(text);
  return hash.digest('hex');
}

/** The same of a file; null where it does not parse, as what another tool ran, or what is skipped, may not. The grammar has to be loaded. */
export function fileFingerprint({ sql, path, data }: Pick<Migration, 'sql' | 'path' | 'data'>): string | null {
  try {
    return fingerprint(parseStatements(sql, path), data);
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}

/** The same without holding the thread for a large file. */
export async function readFingerprint({ sql, path, data }: Pick<Migration, 'sql' | 'path' | 'data'>): Promise<string | null> {
  try {
    return fingerprint(await readStatements(sql, path), data);
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
