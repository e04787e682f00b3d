import { claimRows } from './claim.js';
import { dirty } from './dirty.js';
import { relation } from './tables.js';
import type { LegacyReading, LegacyTool, LegacyTracker } from './tool.js';
import type { Migration } from '../files/migration.js';

export interface HasuraRow {
  readonly version: string;
  readonly dirty: boolean;
}

/** Hasura's command line, before it kept its state in the metadata: the columns of golang-migrate, but a row for each migration. */
export const hasura: LegacyTool = {
  name: 'hasura',
  shape: {
    table: 'schema_migrations',
    schema: 'hdb_catalog',
    columns: { version: /^bigint$/, dirty: /^boolean$/ },
    only: true,
  },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<HasuraRow>(`select version::text, dirty from ${relation(tracker)} t order by t.version`);
    return hasuraReading(tracker, rows, migrations);
  },

  mirror: {
    add: (tracker, { version }) => [
      `insert into ${relation(tracker)} (version, dirty) values (${BigInt(version)}, false) on conflict do nothing`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where version = ${BigInt(version)}`],
  },
};

/** What Hasura's state says, in whichever of its two forms. */
export function hasuraReading(
  tracker: LegacyTracker,
  rows: readonly HasuraRow[],
  migrations: readonly Migration[],
): LegacyReading {
  return {
    claims: claimRows(
      rows.map(({ version }) => ({ version })),
      migrations,
    ),
    dirty: rows
      .filter((row) => row.dirty)
      .map(({ version }) =>
        dirty(
          tracker,
          `is dirty at version ${version}: that migration was begun and may be applied wholly, partly or not at all`,
          `Compare the database with the files of version ${version}, repair it, then run \`hasura migrate apply --skip-execution --version ${version}\` (applied) or \`hasura migrate delete --version ${version} --server\` (not applied), and deploy again.`,
        ),
      ),
  };
}
