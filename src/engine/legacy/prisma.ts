import { createHash } from 'node:crypto';
import { fileText } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { tryAdvisory } from './advisory.js';
import { claimNames } from './claim.js';
import { compareContent } from './content.js';
import { dirty } from './dirty.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** The schema engine's flavour/postgres takes it with pg_advisory_lock. */
export const PRISMA_KEY = 72707369n;

interface Row {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
  readonly rolledBack: boolean;
}

/**
 * Prisma writes a row before it runs a migration and marks it as finished afterwards, in transactions of their own. A migration has
 * several rows when it was tried again.
 */
export const prisma: LegacyTool = {
  name: 'prisma',
  shape: {
    table: '_prisma_migrations',
    columns: { migration_name: /^character varying$/, finished_at: /^timestamp/, rolled_back_at: /^timestamp/ },
  },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<Row>(
      `select migration_name as name, checksum, finished_at is not null as finished, rolled_back_at is not null as "rolledBack"
       from ${relation(tracker)} order by started_at, finished_at`,
    );
    const newest = new Map(rows.filter((row) => row.finished && !row.rolledBack).map((row) => [row.name, row]));
    return {
      claims: claimNames(
        [...newest.values()].map(({ name, checksum }) => ({
          name,
          content: (migration) => compareContent(migration, (bytes) => digests(bytes).includes(checksum)),
        })),
        migrations,
      ),
      dirty: rows
        .filter((row) => !row.finished && !row.rolledBack)
        .map(({ name }) =>
          dirty(
            tracker,
            `has a failed migration, ${name}: it was started and neither finished nor rolled back (P3009)`,
            `Compare the database with ${name}/migration.sql, repair it, then run \`prisma migrate resolve --applied ${name}\` or \`--rolled-back ${name}\`, and deploy again.`,
          ),
        ),
    };
  },

  lockName: `advisory ${PRISMA_KEY}`,
  lock: (client) => tryAdvisory(client, PRISMA_KEY),

  mirror: {
    add: (tracker, migration) => [
      `insert into ${relation(tracker)} (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       values (gen_random_uuid()::text, '${digests(Buffer.from(fileText(migration)))[0]}', pg_catalog.clock_timestamp(), ${literal(migration.name)}, now(), 1)`,
    ],
    remove: (tracker, { name }) => [`delete from ${relation(tracker)} where migration_name = ${literal(name)}`],
  },
};

/** Old versions wrote each byte without its leading zero. */
function digests(bytes: Buffer): string[] {
  const digest = createHash('sha256').update(bytes).digest();
  return [digest.toString('hex'), [...digest].map((byte) => byte.toString(16)).join('')];
}
