import { posix } from 'node:path';
import { collecting, someFile } from '../file-fault.js';
import type { Discovered, FormatOptions, Listing, MigrationFormat, PassedOver } from '../format.js';
import { migrationFile } from '../migration-file.js';
import { parseChangelog } from './liquibase-changelog.js';
import { isChangelog, readOrder } from './liquibase-order.js';
import { changesetMigration } from './liquibase-changeset.js';

/** The first line of a formatted SQL changelog (liquibase.parser.AbstractFormattedChangeLogParser). */
const FORMATTED = /^\s*--\s*liquibase\s*formatted/i;

/** Liquibase's formatted SQL, one migration per changeset, in the order in which the master changelog includes the files. */
export const liquibase: MigrationFormat = {
  name: 'liquibase',
  tool: 'Liquibase',
  listed: true,
  detects: async (listing) =>
    (await someFile(listing, /\.sql$/, FORMATTED)) || (await someFile(listing, /\.(xml|ya?ml|json)$/, isChangelog)),
  async read(listing, options) {
    const order = await readOrder(listing);
    const found: Discovered = { migrations: [], faults: [...order.faults] };
    const values: FormatOptions = { placeholders: { ...order.properties, ...options.placeholders } };
    for (const file of order.files) {
      const part = await collecting(found.faults, () => readFile(listing, file, values));
      found.migrations.push(...(part?.migrations ?? []));
      found.faults.push(...(part?.faults ?? []));
    }
    const passedOver: PassedOver[] = [];
    for (const file of listing.files.filter((name) => name.endsWith('.sql') && !order.files.includes(name))) {
      // Files of plain SQL that nothing includes are data, or scripts that changelogs in XML run.
      const text = await collecting(found.faults, () => listing.text(file));
      if (text !== undefined && FORMATTED.test(text)) passedOver.push({ file, why: 'no changelog includes it' });
    }
    return { ...found, passedOver };
  },
};

async function readFile(listing: Listing, file: string, options: FormatOptions): Promise<Discovered> {
  const text = await listing.text(file);
  const path = posix.join(listing.directory, file);
  if (!FORMATTED.test(text)) return readRaw(listing, file, text, options);
  const changelog = parseChangelog(text, path);
  const found: Discovered = { migrations: [], faults: [...changelog.faults] };
  // The first value that a property is given stays, and the config knows best.
  const values: FormatOptions = { placeholders: { ...changelog.properties, ...options.placeholders } };
  for (const changeset of changelog.changesets) {
    const read = await collecting(found.faults, () =>
      Promise.resolve(changesetMigration(listing, file, changelog, changeset, values)),
    );
    if (!read) continue;
    found.migrations.push(read.migration);
    found.faults.push(...read.faults);
  }
  return found;
}

/** A file of plain SQL is one changeset, as Liquibase names it. */
function readRaw(listing: Listing, file: string, text: string, options: FormatOptions): Discovered {
  const { migration, faults } = migrationFile(
    listing,
    { version: `${file}::raw::includeAll`, name: posix.basename(file), file, text },
    options,
  );
  return { migrations: [migration], faults };
}
