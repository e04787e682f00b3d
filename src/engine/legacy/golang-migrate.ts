import { crc32 } from 'node:zlib';
import { EngineError } from '../error.js';
import { compareVersions } from '../files/migration.js';
import { identifier } from '../postgres/quote.js';
import { findTables, hasColumns, tryAdvisory } from './tables.js';
import type { LegacyTool } from './tool.js';

/** `advisoryLockIDSalt` of golang-migrate's database/util.go. */
const SALT = 1486364155;

/**
 * golang-migrate keeps one row: the newest version, and whether it was only begun (`dirty`). Everything up to it is assumed applied;
 * gaps are invisible to it.
 */
export const golangMigrate: LegacyTool = {
  name: 'golang-migrate',

  async find(client, settings) {
    const tables = await findTables(client, 'schema_migrations', settings);
    return tables
      .filter((found) => hasColumns(found, { version: /^bigint$/, dirty: /^boolean$/ }))
      .map(({ schema, table }) => ({ tool: 'golang-migrate', schema, table }));
  },

  async read(client, { schema, table }, migrations) {
    const { rows } = await client.query<{ version: string; dirty: boolean }>(
      `select version::text, dirty from ${identifier(schema)}.${identifier(table)} order by version desc limit 1`,
    );
    const current = rows[0];
    if (!current) return { claims: [], counter: true, dirty: [], rowsMayLag: true };
    const { version } = current;
    const claims = migrations
      .filter((migration) => compareVersions(migration.version, version) <= 0)
      .map((migration) => ({ version: migration.version, name: migration.name, checksum: null }));
    const known = claims.some((claim) => claim.version === version);
    return {
      claims: known || BigInt(version) < 0n ? claims : [...claims, { version, name: version, checksum: null }],
      counter: true,
      dirty: current.dirty ? [dirtyError(schema, table, version)] : [],
      rowsMayLag: true,
    };
  },

  async lock(client, { schema, table }) {
    const { rows } = await client.query<{ database: string }>('select current_database() as database');
    const name = [schema, table, rows[0]!.database].join('\0');
    return tryAdvisory(client, BigInt(Math.imul(crc32(name), SALT) >>> 0));
  },

  mirror({ schema, table }, migration) {
    const relation = `${identifier(schema)}.${identifier(table)}`;
    return `truncate ${relation}; insert into ${relation} (version, dirty) values (${BigInt(migration.version)}, false)`;
  },
};

function dirtyError(schema: string, table: string, version: string): EngineError {
  return new EngineError(
    'LEGACY_DIRTY',
    'refused',
    `golang-migrate's tracker ${schema}.${table} is dirty at version ${version}: that migration was begun and may be applied wholly, partly or not at all`,
    {
      next: `Compare the database with the file of version ${version}, repair it, then run \`migrate force ${version}\` (applied) or \`migrate force\` with the version before (not applied), and deploy again.`,
    },
  );
}
