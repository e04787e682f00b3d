import { fileText } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';
import { digitsOf, readVersions } from './version-rows.js';

/** Supabase's command line writes a row in the transaction of the migration (pkg/migration/history.go of supabase/cli). No lock. */
export const supabase: LegacyTool = {
  name: 'supabase',
  shape: { table: 'schema_migrations', schema: 'supabase_migrations', columns: { version: /^text$/ } },
  companions: { seed_files: ['path', 'hash'] },
  read: readVersions,

  /** `supabase migration fetch` makes files of what stands in `statements`. */
  mirror: {
    add: (tracker, migration) => [
      `insert into ${relation(tracker)} (version, name, statements)
       values (${literal(digitsOf(migration))}, ${literal(stem(migration.name).replace(/^\d+_/, ''))}, array[${literal(fileText(migration))}]) on conflict do nothing`,
    ],
    remove: (tracker, migration) => [`delete from ${relation(tracker)} where version = ${literal(digitsOf(migration))}`],
  },
};
