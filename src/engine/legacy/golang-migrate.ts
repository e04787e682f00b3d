import { crc32 } from 'node:zlib';
import { EngineError } from '../error.js';
import { claimUpTo } from './claim.js';
import { tryAdvisory } from './advisory.js';
import { dirty } from './dirty.js';
import { relation } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';

/** `advisoryLockIDSalt` of golang-migrate's database/util.go. */
const SALT = 1486364155;

/** The key of golang-migrate's session lock (GenerateAdvisoryLockId in its database/util.go). */
export function golangMigrateKey({ schema, table }: Pick<LegacyTracker, 'schema' | 'table'>, database: string): bigint {
  return BigInt(Math.imul(crc32([schema, table, database].join('\0')), SALT) >>> 0);
}

/**
 * golang-migrate keeps one row: the newest version, and whether it was only begun (`dirty`). Everything up to it is assumed applied;
 * gaps are invisible to it.
 */
export const golangMigrate: LegacyTool = {
  name: 'golang-migrate',
  shape: { table: 'schema_migrations', columns: { version: /^bigint$/, dirty: /^boolean$/ } },
  companions: { schema_lock: ['lock_id'] },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string; dirty: boolean }>(
      `select version::text, dirty from ${relation(tracker)} order by version desc`,
    );
    const current = rows[0];
    if (!current) return { claims: [], dirty: [] };
    const { version } = current;
    if (rows.length > 1) return { claims: [], dirty: [rowPerMigration(tracker, rows.length)] };
    return {
      claims: BigInt(version) < 0n ? [] : claimUpTo(version, migrations),
      dirty: current.dirty
        ? [
            dirty(
              tracker,
              `is dirty at version ${version}: that migration was begun and may be applied wholly, partly or not at all`,
              `Compare the database with the file of version ${version}, repair it, then run \`migrate force ${version}\` (applied) or \`migrate force\` with the version before (not applied), and deploy again.`,
            ),
          ]
        : [],
    };
  },

  lockName: `advisory crc32(schema \\0 table \\0 database) * ${SALT} mod 2^32`,
  async lock(client, tracker) {
    const { rows } = await client.query<{ database: string }>('select pg_catalog.current_database() as database');
    return tryAdvisory(client, golangMigrateKey(tracker, rows[0]!.database));
  },

  mirror: {
    add(tracker, { version }) {
      const number = BigInt(version);
      return [
        `insert into ${relation(tracker)} (version, dirty) select ${number}, false where not exists (select from ${relation(tracker)})`,
        // A late migration does not turn the counter back.
        `update ${relation(tracker)} set version = ${number} where version < ${number}`,
      ];
    },
    remove: (tracker, { version }, below) => [
      below === undefined
        ? `delete from ${relation(tracker)} where version = ${BigInt(version)}`
        : `update ${relation(tracker)} set version = ${BigInt(below)} where version = ${BigInt(version)}`,
    ],
  },
};

/** golang-migrate empties its table before it writes a row; a tool that keeps one for each migration would be taken for a counter. */
function rowPerMigration({ tool, schema, table }: LegacyTracker, count: number): EngineError {
  return new EngineError(
    'LEGACY_UNSUPPORTED',
    'refused',
    `${schema}.${table} has ${count} rows, and ${tool} keeps one: another tool writes a row for each migration there`,
    {
      next: `Name that tool under \`adopt.from\`; or read the rows as they are: \`{ from: table, schema: ${schema}, table: ${table}, columns: { version: version } }\`.`,
    },
  );
}
