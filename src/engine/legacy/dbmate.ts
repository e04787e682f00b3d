import type { Migration } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** dbmate writes a row in the transaction of the migration; the version is the digits of the file's name, zeros included. No lock. */
export const dbmate: LegacyTool = {
  name: 'dbmate',
  shape: {
    table: 'schema_migrations',
    columns: { version: /^character varying$/ },
    only: true,
    beside: { table: 'ar_internal_metadata', there: false },
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

/** As they are in the file's name. */
function digits({ name, version }: Pick<Migration, 'name' | 'version'>): string {
  return /^\d+/.exec(name)?.[0] ?? version;
}
