import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { claimRows, claimUpTo, stem, type LegacyClaim } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';

/**
 * Alembic keeps the heads only; what leads to them is in the revisions, which are Python. A head that is in the name of a file claims it
 * and all before it; for another one a person names what is applied.
 */
export const alembic: LegacyTool = {
  name: 'alembic',
  shape: { table: 'alembic_version', columns: { version_num: /^character varying$/ }, only: true },

  async read(client, tracker, migrations, { assume = [] }) {
    const { rows } = await client.query<{ head: string }>(`select version_num as head from ${relation(tracker)} order by 1`);
    const claims = new Map<string, LegacyClaim>();
    const unknown = rows.filter(({ head }) => {
      const found = migrations.find((migration) => isHead(migration, head));
      for (const claim of found ? claimUpTo(found.version, migrations) : []) claims.set(claim.version, claim);
      return !found;
    });
    if (unknown.length === 0) return { claims: [...claims.values()], dirty: [] };
    for (const claim of claimRows(
      assume.map((version) => ({ version })),
      migrations,
    )) {
      claims.set(claim.version, claim);
    }
    return { claims: [...claims.values()], dirty: assume.length === 0 ? [unknownHead(tracker, unknown[0]!.head)] : [] };
  },

  mirror: 'its row is a revision, and what leads to it stands in the Python files: before going back, run `alembic stamp heads`',
};

/** `0012_ab12cd34ef56_slug.sql` holds the revision that it was written from. */
function isHead({ name, version }: Migration, head: string): boolean {
  return version === head || stem(name).split(/[_-]/).includes(head);
}

function unknownHead({ schema, table }: LegacyTracker, head: string): EngineError {
  return new EngineError(
    'LEGACY_UNKNOWN_VERSION',
    'refused',
    `${schema}.${table} is at ${head}, which is in the name of no file; Alembic keeps the history in its revisions, not in the database`,
    {
      next: 'Put the revision into the name of the file that was written from it; or list the applied versions under `adopt.assume`.',
    },
  );
}
