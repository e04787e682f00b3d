import { literal } from '../postgres/quote.js';
import { claimRows, stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** TypeORM writes a row with the class's name, which ends in its time in milliseconds. No lock. */
export const typeorm: LegacyTool = {
  name: 'typeorm',
  commonNames: true,
  shape: {
    table: 'migrations',
    columns: { id: /^integer$/, timestamp: /^bigint$/, name: /^character varying$/ },
    only: true,
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(
      `select "timestamp"::text as version from ${relation(tracker)} order by id`,
    );
    return { claims: claimRows(rows, migrations), dirty: [] };
  },

  mirror: {
    add: (tracker, { name, version }) => [
      `insert into ${relation(tracker)} ("timestamp", name) values (${BigInt(version)}, ${literal(className(name, version))})`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where "timestamp" = ${BigInt(version)}`],
  },
};

function className(name: string, version: string): string {
  return `${stem(name).replace(/^\d+[-_]?/, '')}${version}`;
}
