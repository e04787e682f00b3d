import { literal } from '../postgres/quote.js';
import { claimNames, stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** EF Core writes a row with the migration's name, `20240131120000_AddTotal`, in the transaction of the migration (HistoryRepository). */
export const efCore: LegacyTool = {
  name: 'ef-core',
  shape: {
    table: '__EFMigrationsHistory',
    columns: { MigrationId: /^character varying$/, ProductVersion: /^character varying$/ },
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ name: string }>(`select "MigrationId" as name from ${relation(tracker)} order by 1`);
    return { claims: claimNames(rows, migrations), dirty: [] };
  },

  mirror: {
    add: (tracker, { name }) => [
      `insert into ${relation(tracker)} ("MigrationId", "ProductVersion")
       select ${literal(stem(name))}, coalesce((select max("ProductVersion") from ${relation(tracker)}), '') on conflict do nothing`,
    ],
    remove: (tracker, { name }) => [`delete from ${relation(tracker)} where "MigrationId" = ${literal(stem(name))}`],
  },
};
