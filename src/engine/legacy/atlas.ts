import { versionOf } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { tryAdvisory } from './advisory.js';
import { claimRows, claimUpTo } from './claim.js';
import { dirty } from './dirty.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** FNV-1 (32 bits) of "atlas_migrate_execute", as Atlas's driver hashes the name of its lock. */
export const ATLAS_KEY = 2686470616n;

interface Row {
  readonly version: string;
  readonly baseline: boolean;
  readonly applied: string;
  readonly total: string;
  readonly failed: boolean;
}

/** Atlas counts the statements of a file that ran: fewer than there are is a migration that failed half-way. */
export const atlas: LegacyTool = {
  name: 'atlas',
  ownSchema: 'atlas_schema_revisions',
  shape: {
    table: 'atlas_schema_revisions',
    columns: { version: /^character varying$/, type: /^bigint$/, applied: /^bigint$/, total: /^bigint$/ },
  },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<Row>(
      `select version, type & 1 = 1 as baseline, applied::text, total::text, coalesce(error, '') <> '' as failed
       from ${relation(tracker)} r where version not like '.%' order by r.version`,
    );
    const partial = rows.filter((row) => isPartial(row));
    const baselines = rows.filter(({ baseline }) => baseline);
    const before = baselines.flatMap(({ version }) => claimUpTo(versionOf(version), migrations).filter(({ assumed }) => assumed));
    const done = rows.filter((row) => !row.baseline && !isPartial(row));
    return {
      claims: [...before, ...claimRows(done, migrations)],
      dirty: partial.map(({ version, applied, total }) =>
        dirty(
          tracker,
          `has version ${version} as partially applied: ${applied} of ${total} statements`,
          `Repair the database by hand, then run \`atlas migrate set ${version}\` (applied) or with the version before (not applied), and deploy again.`,
        ),
      ),
    };
  },

  lockName: `advisory ${ATLAS_KEY}`,
  lock: (client) => tryAdvisory(client, ATLAS_KEY),

  /** As `atlas migrate set` writes it: resolved (4), no statements counted. */
  mirror: {
    add(tracker, { name }) {
      const { version, description } = named(name);
      return [
        `insert into ${relation(tracker)} (version, description, type, applied, total, executed_at, execution_time, hash, operator_version)
         values (${literal(version)}, ${literal(description)}, 4, 0, 0, now(), 0, '', 'pawl') on conflict do nothing`,
      ];
    },
    remove: (tracker, { name }) => [`delete from ${relation(tracker)} where version = ${literal(named(name).version)}`],
  },
};

function isPartial({ applied, total, failed }: Row): boolean {
  return failed || BigInt(applied) < BigInt(total);
}

function named(name: string): { version: string; description: string } {
  const [, version = '', description = ''] = /^([^_.]+)_?(.*?)\.sql$/.exec(name) ?? [];
  return { version, description };
}
