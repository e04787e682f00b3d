import { literal } from '../postgres/quote.js';
import { claimRows, stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** MyBatis Migrations writes a row after the script, apart from it; its table is made by the project's first file. No lock. */
export const mybatis: LegacyTool = {
  name: 'mybatis',
  commonNames: true,
  shape: {
    table: 'changelog',
    columns: { id: /^numeric$/, applied_at: /^character varying$/, description: /^character varying$/ },
    only: true,
  },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(
      `select id::text as version from ${relation(tracker)} t order by t.id`,
    );
    return { claims: claimRows(rows, migrations), dirty: [] };
  },

  mirror: {
    add: (tracker, { name, version }) => [
      `insert into ${relation(tracker)} (id, applied_at, description)
       values (${BigInt(version)}, to_char(now(), 'YYYY-MM-DD HH24:MI:SS'), ${literal(stem(name).replace(/^\d+_/, '').replaceAll('_', ' '))}) on conflict do nothing`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where id = ${BigInt(version)}`],
  },
};
