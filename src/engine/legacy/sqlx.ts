import { createHash } from 'node:crypto';
import { fileText } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { databaseCrc, tryAdvisory } from './advisory.js';
import { claimRows, stem } from './claim.js';
import { compareContent } from './content.js';
import { dirty } from './dirty.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** `generate_lock_id` in sqlx-postgres's migrate.rs. */
export const sqlxKey = (databaseCrc32: bigint): bigint => 0x3d32ad9en * databaseCrc32;

/** sqlx writes a row with the SHA-384 of the file in the transaction of the migration. */
export const sqlx: LegacyTool = {
  name: 'sqlx',
  shape: { table: '_sqlx_migrations', columns: { version: /^bigint$/, success: /^boolean$/, checksum: /^bytea$/ } },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string; description: string; success: boolean; checksum: string }>(
      `select version::text, description, success, encode(checksum, 'hex') as checksum from ${relation(tracker)} m order by m.version`,
    );
    const done = rows.filter(({ success }) => success);
    return {
      claims: claimRows(
        done.map(({ version, checksum }) => ({
          version,
          content: (migration) => compareContent(migration, (bytes) => sha384(bytes) === checksum),
        })),
        migrations,
      ),
      dirty: rows
        .filter(({ success }) => !success)
        .map(({ version, description }) =>
          dirty(
            tracker,
            `has success = false for version ${version} (${description}): sqlx calls it partially applied, and refuses to run`,
            `Compare the database with the file of version ${version}, repair it, then set success to true (applied) or delete the row (not applied), and deploy again.`,
          ),
        ),
    };
  },

  lockName: 'advisory 0x3d32ad9e * crc32(database)',
  lock: async (client) => tryAdvisory(client, sqlxKey(await databaseCrc(client))),

  mirror: {
    add(tracker, migration) {
      const description = stem(migration.name).replace(/^\d+_/, '').replaceAll('_', ' ');
      const values = [
        BigInt(migration.version).toString(),
        literal(description),
        'true',
        `decode('${sha384(Buffer.from(fileText(migration)))}', 'hex')`,
        '0',
      ].join(', ');
      return [
        `insert into ${relation(tracker)} (version, description, success, checksum, execution_time) values (${values}) on conflict do nothing`,
      ];
    },
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where version = ${BigInt(version)}`],
  },
};

function sha384(bytes: Buffer): string {
  return createHash('sha384').update(bytes).digest('hex');
}
