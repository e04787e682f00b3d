import { EngineError } from '../error.js';

/** So many times in a row in the same way, each at once, and a failure no longer counts as one that passes by itself. */
const TIMES = 5;
/** Milliseconds within which an attempt failed at once. */
const AT_ONCE = 2_000;
/** Failures that are kept in mind; each is a few words. */
const KEPT = 1_000;

const known = new Map<string, { readonly same: string; readonly times: number }>();

/**
 * Makes a failure that would pass by itself (a serialization failure, a session that was ended) one for a person, where the migration does
 * it to itself: it fails in the same way at once, again and again. What waits for others, or takes its time, is not meant.
 * @param migration deploy and version
 * @param milliseconds that the attempt took
 */
export function notAgainAndAgain(
  migration: readonly [deploy: string, version: string],
  error: unknown,
  milliseconds: number,
): unknown {
  const key = migration.join(' ');
  const before = known.get(key);
  known.delete(key);
  if (!(error instanceof EngineError) || !maybeItself(error) || milliseconds > AT_ONCE) return error;
  const same = [error.code, error.sqlstate, error.place?.line].join(' ');
  const times = before?.same === same ? before.times + 1 : 1;
  if (times < TIMES) {
    known.set(key, { same, times });
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return error;
  }
  return new EngineError(error.code, 'blocked', `${error.message}; it failed so ${times} times, each time at once`, {
    next: 'This does not pass by itself: see what the migration does to its own session or transaction, correct the file and deploy again.',
    place: error.place,
    excerpt: error.excerpt,
    sqlstate: error.sqlstate,
    version: error.version,
    cause: error.cause,
  });
}

/** A migration may end its own session or raise these; it cannot lock itself out, and a cut network has no SQLSTATE. */
function maybeItself({ code, verdict, sqlstate }: EngineError): boolean {
  return verdict === 'retry' && sqlstate !== undefined && (code === 'SQL_FAILED' || code === 'CONNECTION_LOST');
}
