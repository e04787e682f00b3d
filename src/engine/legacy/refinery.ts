import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** refinery writes a row in the transaction of the migration, with a hash of its own making. No lock. */
export const refinery: LegacyTool = {
  name: 'refinery',
  shape: {
    table: 'refinery_schema_history',
    columns: { version: /^(integer|bigint)$/, name: /^character varying$/, checksum: /^character varying$/ },
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(
      `select version::text from ${relation(tracker)} t order by t.version`,
    );
    return { claims: claimRows(rows, migrations), dirty: [] };
  },

  mirror:
    'its rows hold a hash of Rust (SipHash over name, version and text): before going back, write each row with `Target::Fake`',
};
