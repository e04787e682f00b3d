import type { Listing, MigrationFormat } from '../format.js';
import { folders } from '../folders.js';

/** diesel: a folder with `up.sql`, `down.sql`, and perhaps `metadata.toml` that says `run_in_transaction = false`. */
export const diesel: MigrationFormat = {
  name: 'diesel',
  tool: 'diesel',
  flat: true,
  detects: (listing) => listing.files.some((file) => /^[^/]+\/up\.sql$/.test(file)),
  read: folders({ script: 'up.sql', transaction }),
};

async function transaction(listing: Listing, folder: string): Promise<'none' | undefined> {
  const metadata = `${folder}/metadata.toml`;
  if (!listing.files.includes(metadata)) return undefined;
  return /^\s*run_in_transaction\s*=\s*false\b/m.test(await listing.text(metadata)) ? 'none' : undefined;
}
