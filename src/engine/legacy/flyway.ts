import { fileText, versionOf, type Migration } from '../files/migration.js';
import { literal, qualified } from '../postgres/quote.js';
import { tryAdvisory } from './advisory.js';
import { claimRows, claimUpTo, stem, type LegacyClaim } from './claim.js';
import { compareContent, type Content } from './content.js';
import { dirty } from './dirty.js';
import { flywayChecksum } from './flyway-checksum.js';
import { relation } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';

/** "Flyway" in bytes, which flyway-database-postgresql adds the hash of the table's name to (PostgreSQLAdvisoryLockTemplate). */
const LOCK_MAGIC = 77431708279161n;

export function flywayKey({ schema, table }: Pick<LegacyTracker, 'schema' | 'table'>): bigint {
  // java.lang.String.hashCode()
  const hash = [...qualified(schema, table)].reduce((sum, letter) => (Math.imul(31, sum) + letter.charCodeAt(0)) | 0, 0);
  return LOCK_MAGIC + BigInt(hash);
}

interface Row {
  readonly version: string | null;
  readonly description: string;
  readonly type: string;
  readonly script: string;
  readonly checksum: number | null;
  readonly success: boolean;
}

/** Flyway appends a row for each thing done; the newest one of a version, or of a repeatable script, decides. */
export const flyway: LegacyTool = {
  name: 'flyway',
  shape: {
    table: 'flyway_schema_history',
    columns: { installed_rank: /^integer$/, version: /^character varying$/, script: /^character varying$/, success: /^boolean$/ },
  },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<Row>(
      `select version, description, type, script, checksum, success from ${relation(tracker)} order by installed_rank`,
    );
    const { state, baseline } = replay(rows);
    const done = [...state.values()].filter((row) => row.success);
    return {
      claims: [...claimBaseline(baseline, migrations), ...claimScripts(done, migrations)],
      dirty: [...state.values()]
        .filter((row) => !row.success)
        .map((row) =>
          dirty(
            tracker,
            `has a failed migration ${row.version === null ? '' : `to version ${row.version} `}(${row.description})`,
            'Undo by hand what it did, run `flyway repair`, which removes the failed row, and deploy again.',
          ),
        ),
    };
  },

  lockName: `advisory ${LOCK_MAGIC} + hashCode('"schema"."table"')`,
  lock: (client, tracker) => tryAdvisory(client, flywayKey(tracker)),

  mirror: {
    add(tracker, migration) {
      const { name, sql, repeatable } = migration;
      const parts = /^(?:[VB]([\d._]+?)(?:__|(?=\.sql))|R__)(.*)\.sql$/.exec(name);
      const values = [
        `(select coalesce(max(installed_rank), 0) + 1 from ${relation(tracker)})`,
        literal(parts?.[1]?.replaceAll('_', '.')),
        literal((parts?.[2] ?? name).replaceAll('_', ' ')),
        `'SQL'`,
        literal(name),
        String(flywayChecksum(repeatable ? sql : fileText(migration))),
        'current_user',
        '0',
        'true',
      ];
      return [
        `insert into ${relation(tracker)} (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
         values (${values.join(', ')})`,
      ];
    },
    remove: (tracker, { name }) => [
      `delete from ${relation(tracker)} where regexp_replace(script, '^.*/', '') = ${literal(name)}`,
    ],
  },
};

/** What the rows come to in the end, by version or repeatable script. */
function replay(rows: readonly Row[]): { state: Map<string, Row>; baseline: string | undefined } {
  const state = new Map<string, Row>();
  let baseline: string | undefined;
  for (const row of rows) {
    const key = row.version === null ? `R ${row.description}` : versionOf(row.version);
    if (row.type === 'SCHEMA') continue;
    if (row.type === 'DELETE' || row.type.startsWith('UNDO')) state.delete(key);
    else if (row.type.endsWith('BASELINE') && row.version !== null && row.success) baseline = versionOf(row.version);
    else state.set(key, row);
  }
  return { state, baseline };
}

/** A baseline says that the database was there before Flyway: everything up to its version counts as applied. */
function claimBaseline(baseline: string | undefined, migrations: readonly Migration[]): LegacyClaim[] {
  return baseline === undefined ? [] : claimUpTo(baseline, migrations).filter(({ assumed }) => assumed);
}

function claimScripts(done: readonly Row[], migrations: readonly Migration[]): LegacyClaim[] {
  const rows = done.map((row) => ({
    version: row.version ?? stem(row.script),
    name: row.script,
    content: (migration: Migration): Content => contentOf(row, migration),
  }));
  // A repeatable script whose text is another one by now is due again.
  return claimRows(rows, migrations).filter(({ content }, index) => done[index]!.version !== null || content !== 'edited');
}

/** The checksum of a repeatable script is over the text with its placeholders filled in. */
function contentOf({ checksum, version }: Row, migration: Migration): Content {
  if (checksum === null) return 'unknown';
  if (version === null && flywayChecksum(migration.sql) === checksum) return 'same';
  return compareContent(migration, (bytes) => flywayChecksum(bytes.toString()) === checksum);
}
