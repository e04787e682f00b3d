import { databaseCrc, tryAdvisory } from './advisory.js';
import type { LegacyTool } from './tool.js';
import { mirrorVersions, readVersions } from './version-rows.js';

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

  read: readVersions,

  lockName: `advisory ${SALT} * crc32(database)`,
  lock: async (client) => tryAdvisory(client, railsKey(await databaseCrc(client))),

  mirror: mirrorVersions(({ version }) => version),
};
