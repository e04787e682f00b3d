import { literal } from '../postgres/quote.js';
import { claimNames, stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** sql-migrate writes a row with the file's name, extension included, in the transaction of the migration. No lock. */
export const sqlMigrate: LegacyTool = {
  name: 'sql-migrate',
  shape: { table: 'gorp_migrations', columns: { id: /^text$/, applied_at: /^timestamp with time zone$/ }, only: true },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ name: string }>(`select id as name from ${relation(tracker)} order by applied_at, id`);
    return { claims: claimNames(rows, migrations), dirty: [] };
  },

  mirror: {
    add: (tracker, { name }) => [
      `insert into ${relation(tracker)} (id, applied_at) values (${literal(`${stem(name)}.sql`)}, now()) on conflict do nothing`,
    ],
    remove: (tracker, { name }) => [`delete from ${relation(tracker)} where id = ${literal(`${stem(name)}.sql`)}`],
  },
};
