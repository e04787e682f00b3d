import { posix } from 'node:path';
import { fileFault } from '../file-fault.js';
import type { Listing, MigrationFormat } from '../format.js';
import { folders } from '../folders.js';
import { hasSnapshots } from './drizzle.js';

const LOCK = 'migration_lock.toml';
const read = folders({ script: 'migration.sql', known: 'by name' });

/** Prisma: a folder with `migration.sql`; `migration_lock.toml` names the kind of database. */
export const prisma: MigrationFormat = {
  name: 'prisma',
  tool: 'Prisma',
  flat: true,
  // It writes BEGIN and COMMIT around changes of an enum by itself.
  unwraps: true,
  detects: (listing) =>
    listing.files.includes(LOCK) ||
    (listing.files.some((file) => /^[^/]+\/migration\.sql$/.test(file)) && !hasSnapshots(listing)),
  async read(listing, options) {
    const found = await read(listing, options);
    const provider = await providerOf(listing);
    if (provider === undefined || provider === 'postgresql') return found;
    const fault = fileFault(
      'FILES_UNSUPPORTED',
      posix.join(listing.directory, LOCK),
      `the migrations are for ${provider}`,
      'Pawl deploys to PostgreSQL. Name the directory of the PostgreSQL migrations.',
    );
    return { ...found, faults: [fault, ...found.faults] };
  },
};

async function providerOf(listing: Listing): Promise<string | undefined> {
  if (!listing.files.includes(LOCK)) return undefined;
  return /^\s*provider\s*=\s*"(.*)"/m.exec(await listing.text(LOCK))?.[1];
}
