import { EngineError } from '../error.js';
import { identifier, literal } from '../postgres/quote.js';
import type { AdoptSettings } from '../target.js';
import { claimNames, claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool, Mirroring } from './tool.js';
import { digitsOf } from './version-rows.js';

/**
 * Any table with a row per migration: `table` and `columns` say which. A row counts where the `applied` column is neither null nor
 * false; where the version is a name or path (`0001_x.sql`), its leading number is the version.
 * @throws EngineError `LEGACY_UNSUPPORTED` when the settings do not say enough
 */
export function genericTable({ table, columns }: AdoptSettings): LegacyTool {
  if (table === undefined || columns === undefined) {
    throw new EngineError('LEGACY_UNSUPPORTED', 'refused', 'adopt.from: "table" needs the names of the table and its columns', {
      next: 'Add them: `adopt: { from: table, table: my_migrations, columns: { version: id, name: file } }`.',
    });
  }
  const { version, name, applied } = columns;
  const wanted = [version, name, applied].filter((column) => column !== undefined);
  const numbers = /^\d+([._]\d+)*$/;
  return {
    name: 'table',
    shape: { table, columns: Object.fromEntries(wanted.map((column) => [column, /./])) },

    async read(client, tracker, migrations) {
      const { rows } = await client.query<{ version: string; name: string | undefined }>(
        `select ${identifier(version)}::text as version${name === undefined ? '' : `, ${identifier(name)}::text as name`}
         from ${relation(tracker)} ${applied === undefined ? '' : `where coalesce(${identifier(applied)}::text, 'false') <> 'false'`} order by 1`,
      );
      const numbered = rows.filter((row) => numbers.test(row.version));
      const named = rows.filter((row) => !numbers.test(row.version));
      return {
        claims: [
          ...claimRows(numbered, migrations),
          ...claimNames(
            named.map((row) => ({ name: row.version })),
            migrations,
          ),
        ],
        dirty: [],
      };
    },

    mirror:
      applied === undefined
        ? mirrorOf(version, name)
        : 'its column for what is applied may be of any kind: before going back, add the rows by hand',
  };
}

/** A version column that holds names gets one; one that holds numbers gets the digits as they are in the file's name. */
function mirrorOf(version: string, name: string | undefined): Mirroring {
  return {
    add(tracker, migration) {
      const table = relation(tracker);
      const named = `exists (select from ${table} where ${identifier(version)}::text ~ '[^0-9._]')`;
      const columns = [version, ...(name === undefined ? [] : [name])];
      const row = `pg_catalog.jsonb_build_object(${literal(version)}, case when ${named} then ${literal(migration.name)} else ${literal(digitsOf(migration))} end${
        name === undefined ? '' : `, ${literal(name)}, ${literal(migration.name)}`
      })`;
      const listed = columns.map(identifier).join(', ');
      return [`insert into ${table} (${listed}) select ${listed} from jsonb_populate_record(null::${table}, ${row})`];
    },
    remove: (tracker, migration) => [
      `delete from ${relation(tracker)} where ${identifier(version)}::text in (${[migration.name, digitsOf(migration), migration.version].map(literal).join(', ')})`,
    ],
  };
}
