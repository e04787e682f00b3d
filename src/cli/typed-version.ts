import { canonicalVersion } from '../engine/files/migration.js';

/** A version as a person types it, as the ledger has it: `0107` is `107`; names (Sqitch, Drizzle) stay as they are. */
export function typedVersion(text: string): string {
  return /^\d+([._]\d+)*$/.test(text) ? canonicalVersion(text) : text;
}
