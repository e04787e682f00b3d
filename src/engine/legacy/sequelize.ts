import { literal } from '../postgres/quote.js';
import { claimNames, stem } from './claim.js';
import { removeStem } from './remove-stem.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** Umzug, as Sequelize's own command uses it, writes the file's name after the migration, apart from it. No lock. */
export const sequelize: LegacyTool = {
  name: 'sequelize',
  shape: { table: 'SequelizeMeta', columns: { name: /^character varying$/ } },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ name: string }>(`select name from ${relation(tracker)} order by name`);
    return { claims: claimNames(rows, migrations), dirty: [] };
  },

  /** The file that comes after it may be of another language: the row gets the extension that the others have. */
  mirror: {
    add: (tracker, { name }) => [
      `insert into ${relation(tracker)} (name)
       select ${literal(stem(name))} || coalesce((select substring(name from '\\.[a-z]+$') from ${relation(tracker)} order by name desc limit 1), '.js')
       on conflict do nothing`,
    ],
    remove: removeStem,
  },
};
