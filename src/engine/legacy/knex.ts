import { literal } from '../postgres/quote.js';
import { claimNames, stem } from './claim.js';
import { removeStem } from './remove-stem.js';
import { dirty } from './dirty.js';
import { isRowLocked, tryRow } from './lock-row.js';
import { relation } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';

const lockTable = ({ schema, table }: LegacyTracker): string => relation({ schema, table: `${table}_lock` });

/** Knex writes a row with the file's name, extension included, in the transaction of the migration. Its lock is a row. */
export const knex: LegacyTool = {
  name: 'knex',
  shape: {
    table: 'knex_migrations',
    columns: { name: /^character varying$/, batch: /^integer$/, migration_time: /^timestamp with time zone$/ },
  },
  companions: { knex_migrations_lock: ['is_locked'] },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ name: string }>(`select name from ${relation(tracker)} order by id`);
    return {
      claims: claimNames(rows, migrations),
      dirty: (await isRowLocked(client, lockTable(tracker), 'is_locked = 1'))
        ? [
            dirty(
              tracker,
              'is locked (is_locked = 1): Knex is at work, or ended without giving its lock back',
              'Wait for it; or, if no Knex runs any more, `knex migrate:unlock`. Then deploy again.',
            ),
          ]
        : [],
    };
  },

  lockName: 'row knex_migrations_lock.is_locked',
  lock: (client, tracker) => tryRow(client, lockTable(tracker), 'is_locked = 1'),

  /** Knex refuses to run when the file of a row is missing: the row gets the extension that the others have. */
  mirror: {
    add: (tracker, { name }) => [
      `insert into ${relation(tracker)} (name, batch, migration_time)
       select ${literal(stem(name))} || coalesce((select substring(name from '\\.[a-z]+$') from ${relation(tracker)} order by id desc limit 1), '.js'),
         (select coalesce(max(batch), 0) + 1 from ${relation(tracker)}), now()`,
    ],
    remove: removeStem,
  },
};
