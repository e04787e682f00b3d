/** Milliseconds by which our clock may see less than the server's, whose time-out it tells. */
const CLOCKS_APART = 20;

/**
 * Whether a statement that was cancelled had come to its time-out; PostgreSQL has one SQLSTATE for that and for somebody's cancel.
 * @param took milliseconds since it was sent
 * @param limit milliseconds; 0 is none
 */
export const hasTimedOut = (took: number, limit: number): boolean => limit > 0 && took >= limit - CLOCKS_APART;
