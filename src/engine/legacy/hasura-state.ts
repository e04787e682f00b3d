import { hasuraReading, type HasuraRow } from './hasura.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/**
 * Hasura's newer state: one JSON value, `{ migrations: { <source>: { <version>: <dirty> } } }`. Where the metadata has a database of its
 * own, it lies there.
 */
export const hasuraState: LegacyTool = {
  name: 'hasura-state',
  shape: {
    table: 'hdb_version',
    schema: 'hdb_catalog',
    columns: { hasura_uuid: /^uuid$/, version: /^text$/, cli_state: /^jsonb$/ },
  },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<HasuraRow>(
      `select m.key as version, m.value = 'true'::jsonb as dirty
       from ${relation(tracker)} t, jsonb_each(coalesce(t.cli_state->'migrations', '{}')) s, jsonb_each(s.value) m order by m.key`,
    );
    return hasuraReading(tracker, rows, migrations);
  },

  mirror:
    'its state is one value that Hasura keeps with the metadata: before going back, run `hasura migrate apply --skip-execution`',
  keep: 'Hasura keeps its metadata beside it.',
};
