import { literal } from '../postgres/quote.js';
import { tryAdvisory } from './advisory.js';
import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** graphile-migrate's src/pgReal.ts, withAdvisoryLock. */
export const GRAPHILE_MIGRATE_KEY = 4727445306447283n;

/** graphile-migrate writes a row with the hash that the committed file carries in its header; the name without its label. */
export const graphileMigrate: LegacyTool = {
  name: 'graphile-migrate',
  ownSchema: 'graphile_migrate',
  commonNames: true,
  shape: {
    table: 'migrations',
    columns: { hash: /^text$/, previous_hash: /^text$/, filename: /^text$/, date: /^timestamp with time zone$/ },
    only: true,
  },
  companions: { current: ['filename', 'content', 'date'] },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ hash: string; filename: string }>(
      `select hash, filename from ${relation(tracker)} order by filename`,
    );
    return {
      claims: claimRows(
        rows.map(({ hash, filename }) => ({
          version: filename.replace(/\.sql$/, ''),
          content: ({ sql }) => (header(sql, 'Hash') === hash ? 'same' : 'edited'),
        })),
        migrations,
      ),
      dirty: [],
    };
  },

  lockName: `advisory ${GRAPHILE_MIGRATE_KEY}`,
  lock: (client) => tryAdvisory(client, GRAPHILE_MIGRATE_KEY),

  mirror: {
    add(tracker, { name, sql }) {
      const previous = header(sql, 'Previous');
      const values = [literal(header(sql, 'Hash')), literal(previous === '-' ? null : previous), literal(committedAs(name))];
      return [`insert into ${relation(tracker)} (hash, previous_hash, filename) values (${values.join(', ')})`];
    },
    remove: (tracker, { name }) => [`delete from ${relation(tracker)} where filename = ${literal(committedAs(name))}`],
  },
};

function header(sql: string, name: string): string | undefined {
  return new RegExp(`^--! ${name}:(.*)$`, 'm').exec(sql)?.[1]?.trim();
}

/** Without the label. */
const committedAs = (name: string): string => `${/^\d+/.exec(name)?.[0] ?? name}.sql`;
