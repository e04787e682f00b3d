import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';

/** What was put on is not there any more, or was never finished. */
export function missing(migration: Migration, what: string, next = GONE): EngineError {
  return new EngineError('CONSTRAINT_MISSING', 'blocked', `${migration.path}: ${what}`, { next, version: migration.version });
}

const GONE = 'Somebody dropped it after it was applied. Put it back by hand, or in a new migration; then retry.';
