import { literal } from '../postgres/quote.js';
import { tryAdvisory } from './advisory.js';
import { claimNames, stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** `PG_MIGRATE_LOCK_ID` in node-pg-migrate's src/runner.ts. */
export const NODE_PG_MIGRATE_KEY = 7241865325823964n;

/** node-pg-migrate writes a row with the file's name, without extension, in the transaction of the migration. */
export const nodePgMigrate: LegacyTool = {
  name: 'node-pg-migrate',
  shape: {
    table: 'pgmigrations',
    columns: { id: /^integer$/, name: /^character varying$/, run_on: /^timestamp without time zone$/ },
    only: true,
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ name: string }>(`select name from ${relation(tracker)} order by run_on, id`);
    return { claims: claimNames(rows, migrations), dirty: [] };
  },

  lockName: `advisory ${NODE_PG_MIGRATE_KEY}`,
  lock: (client) => tryAdvisory(client, NODE_PG_MIGRATE_KEY),

  mirror: {
    add: (tracker, { name }) => [`insert into ${relation(tracker)} (name, run_on) values (${literal(stem(name))}, now())`],
    remove: (tracker, { name }) => [`delete from ${relation(tracker)} where name = ${literal(stem(name))}`],
  },
};
