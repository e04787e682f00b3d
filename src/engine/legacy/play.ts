import { claimRows } from './claim.js';
import { dirty } from './dirty.js';
import { tryRow } from './lock-row.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** Play writes a row before it runs a script and marks it as applied afterwards (EvolutionsApi.scala). */
export const play: LegacyTool = {
  name: 'play',
  shape: { table: 'play_evolutions', columns: { id: /^integer$/, hash: /^character varying$/, state: /^character varying$/ } },
  companions: { play_evolutions_lock: ['lock'] },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string; state: string }>(
      `select id::text as version, coalesce(state, '') as state from ${relation(tracker)} order by id`,
    );
    return {
      claims: claimRows(
        rows.filter(({ state }) => state === 'applied').map(({ version }) => ({ version })),
        migrations,
      ),
      dirty: rows
        .filter(({ state }) => state !== 'applied')
        .map(({ version, state }) =>
          dirty(
            tracker,
            `has evolution ${version} in the state "${state}": Play calls the database inconsistent`,
            `Compare the database with ${version}.sql, repair it, then mark it as resolved (Evolutions.resolve) or correct the row's state by hand, and deploy again.`,
          ),
        ),
    };
  },

  lockName: 'row of play_evolutions_lock',
  lock: (client, { schema }) => tryRow(client, relation({ schema, table: 'play_evolutions_lock' }), 'false'),

  mirror:
    'Play undoes an evolution whose hash differs from the one in its row, and the hash is over its own reading of the script: before going back, write the rows by hand, with the hashes that Play computes',
};
