import { createHash } from 'node:crypto';
import { fileText } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { tryAdvisory } from './advisory.js';
import { claimRows, stem } from './claim.js';
import { compareContent } from './content.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** `withAdvisoryLock` in its with-lock.ts. */
export const POSTGRES_MIGRATIONS_KEY = -8525285245963000605n;

/** postgres-migrations writes a row in the transaction of the migration; its own table is its migration 0. */
export const postgresMigrations: LegacyTool = {
  name: 'postgres-migrations',
  commonNames: true,
  shape: {
    table: 'migrations',
    columns: {
      id: /^integer$/,
      name: /^character varying$/,
      hash: /^character varying$/,
      executed_at: /^timestamp without time zone$/,
    },
    only: true,
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string; hash: string }>(
      `select id::text as version, hash from ${relation(tracker)} where id > 0 order by id`,
    );
    return {
      claims: claimRows(
        rows.map(({ version, hash }) => ({
          version,
          content: (migration) => compareContent(migration, (bytes) => hashOf(migration.name, bytes) === hash),
        })),
        migrations,
      ),
      dirty: [],
    };
  },

  lockName: `advisory ${POSTGRES_MIGRATIONS_KEY}`,
  lock: (client) => tryAdvisory(client, POSTGRES_MIGRATIONS_KEY),

  mirror: {
    add: (tracker, migration) => [
      `insert into ${relation(tracker)} (id, name, hash)
       values (${BigInt(migration.version)}, ${literal(stem(migration.name).replace(/^\d+[-_]?/, '') || migration.name)}, '${hashOf(migration.name, Buffer.from(fileText(migration)))}') on conflict do nothing`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where id = ${BigInt(version)}`],
  },
};

function hashOf(name: string, bytes: Buffer): string {
  return createHash('sha1').update(name).update(bytes).digest('hex');
}
