import type { LegacyTool } from './tool.js';
import { digitsOf, mirrorVersions, readVersions } from './version-rows.js';

/** dbmate writes a row in the transaction of the migration; the version is the digits of the file's name, zeros included. No lock. */
export const dbmate: LegacyTool = {
  name: 'dbmate',
  shape: {
    table: 'schema_migrations',
    columns: { version: /^character varying$/ },
    only: true,
    beside: { table: 'ar_internal_metadata', there: false },
  },
  read: readVersions,
  mirror: mirrorVersions(digitsOf),
};
