import { literal } from '../postgres/quote.js';
import { databaseCrc, tryAdvisory } from './advisory.js';
import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** `MIGRATOR_SALT` in Active Record's migration.rb. */
const SALT = 2053462845n;

export const railsKey = (databaseCrc32: bigint): bigint => SALT * databaseCrc32;

/** Rails writes a row in the transaction of the migration; names are not stored. */
export const rails: LegacyTool = {
  name: 'rails',
  shape: {
    table: 'schema_migrations',
    columns: { version: /^character varying$/ },
    only: true,
    beside: { table: 'ar_internal_metadata', there: true },
  },
  companions: { ar_internal_metadata: ['key', 'value', 'created_at', 'updated_at'] },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(`select version from ${relation(tracker)} order by version`);
    return { claims: claimRows(rows, migrations), dirty: [] };
  },

  lockName: `advisory ${SALT} * crc32(database)`,
  lock: async (client) => tryAdvisory(client, railsKey(await databaseCrc(client))),

  mirror: {
    add: (tracker, { version }) => [
      `insert into ${relation(tracker)} (version) values (${literal(version)}) on conflict do nothing`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where version = ${literal(version)}`],
  },
};
