import type { Migration } from '../files/migration.js';
import type { LegacyTool } from './tool.js';
import { mirrorVersions, readVersions } from './version-rows.js';

/** diesel writes a row in the transaction of the migration; the version is that of the folder without dashes. No lock. */
export const diesel: LegacyTool = {
  name: 'diesel',
  shape: {
    table: '__diesel_schema_migrations',
    columns: { version: /^character varying$/, run_on: /^timestamp without time zone$/ },
  },
  read: readVersions,
  mirror: mirrorVersions(digits),
};

function digits({ name }: Pick<Migration, 'name'>): string {
  return name.replace(/_.*/, '').replaceAll('-', '');
}
