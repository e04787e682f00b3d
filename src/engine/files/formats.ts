import { EngineError } from '../error.js';
import type { Listing, MigrationFormat } from './format.js';
import { plain } from './formats/plain.js';

/** Every format, the most particular first: the first that detects its layout reads the directory. */
export const FORMATS: readonly MigrationFormat[] = [plain];

/** Names that mean a format which has another name here. */
const ALIASES: Readonly<Record<string, string>> = { 'golang-migrate': 'plain', rails: 'plain' };

/**
 * The format that the configuration names, or the one that the directory shows.
 * @throws EngineError `FILES_UNSUPPORTED` for a name that is not known
 */
export async function chooseFormat(listing: Listing, named: string | undefined): Promise<MigrationFormat> {
  if (named !== undefined) {
    const format = FORMATS.find(({ name }) => name === (ALIASES[named] ?? named));
    if (format) return format;
    const known = [...FORMATS.map(({ name }) => name), ...Object.keys(ALIASES)].sort().join(', ');
    throw new EngineError('FILES_UNSUPPORTED', 'refused', `${listing.directory}: there is no format "${named}"`, {
      next: `Name one of: ${known}.`,
    });
  }
  for (const format of FORMATS) if (await format.detects(listing)) return format;
  return plain;
}
