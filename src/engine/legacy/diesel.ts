import type { Migration } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** diesel writes a row in the transaction of the migration; the version is that of the folder without dashes. No lock. */
export const diesel: LegacyTool = {
  name: 'diesel',
  shape: {
    table: '__diesel_schema_migrations',
    columns: { version: /^character varying$/, run_on: /^timestamp without time zone$/ },
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(`select version from ${relation(tracker)} order by version`);
    return { claims: claimRows(rows, migrations), dirty: [] };
  },

  mirror: {
    add: (tracker, migration) => [
      `insert into ${relation(tracker)} (version) values (${literal(digits(migration))}) on conflict do nothing`,
    ],
    remove: (tracker, migration) => [`delete from ${relation(tracker)} where version = ${literal(digits(migration))}`],
  },
};

function digits({ name, version }: Pick<Migration, 'name' | 'version'>): string {
  return /^[\d-]+/.exec(name)?.[0].replace(/-/g, '') ?? version;
}
