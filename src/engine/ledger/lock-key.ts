import { crc32 } from 'node:zlib';

/** First half of the advisory lock key, "PAWL" in ASCII: operators find our locks in pg_locks by this classid. */
export const LOCK_CLASS = 0x5041574c;

/** Second half: one lock per name (a ledger's schema), as a signed 32-bit integer. */
export function lockKey(name: string): number {
  return crc32(name) | 0;
}
