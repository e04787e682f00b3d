import { claimRows } from './claim.js';
import { relation } from './tables.js';
import { tryTable } from './table-lock.js';
import type { LegacyTool } from './tool.js';

/** Ecto writes a row in the transaction of the migration, and locks the table itself meanwhile (Ecto.Adapters.Postgres.lock_for_migrations). */
export const ecto: LegacyTool = {
  name: 'ecto',
  shape: {
    table: 'schema_migrations',
    columns: { version: /^bigint$/, inserted_at: /^timestamp without time zone$/ },
    only: true,
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(
      `select version::text from ${relation(tracker)} order by ${relation(tracker)}.version`,
    );
    return { claims: claimRows(rows, migrations), dirty: [] };
  },

  lockName: 'LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE',
  lock: (client, tracker) => tryTable(client, tracker, 'share update exclusive'),

  mirror: {
    add: (tracker, { version }) => [
      `insert into ${relation(tracker)} (version, inserted_at) values (${BigInt(version)}, now() at time zone 'utc') on conflict do nothing`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where version = ${BigInt(version)}`],
  },
};
