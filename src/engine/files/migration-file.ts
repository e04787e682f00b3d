import { posix } from 'node:path';
import type { EngineError } from '../error.js';
import { checksum } from './checksum.js';
import { takeOutData } from './copy-data.js';
import { readDirectives } from './directives.js';
import type { FormatOptions, Listing } from './format.js';
import type { Migration } from './migration.js';
import { fillPlaceholders, openPlaceholder } from './placeholders.js';

/** What a format knows of one migration beside its text. */
export interface MigrationParts {
  readonly version: string;
  /** As the ledger stores it. */
  readonly name: string;
  /** Relative to the listing's directory. */
  readonly file: string;
  /** The whole text, for the checksum. */
  readonly text: string;
  /** The part that runs, the rest blanked; the whole text where nothing is said. */
  readonly sql?: string | undefined;
  readonly transaction?: Migration['transaction'] | undefined;
  readonly down?: { readonly file: string; readonly sql: string } | undefined;
  readonly repeatable?: boolean | undefined;
}

/** Puts a migration together; every format ends here, so that placeholders, directives and checksums are the same for all. */
export function migrationFile(
  { directory }: Listing,
  parts: MigrationParts,
  { placeholders }: FormatOptions,
): { migration: Migration; faults: EngineError[] } {
  const path = posix.join(directory, parts.file);
  const { sql, data } = takeOutData(fillPlaceholders(parts.sql ?? parts.text, placeholders));
  const open = openPlaceholder(sql, placeholders);
  const { directives, faults } = readDirectives(sql, path);
  const noTransaction = parts.transaction === 'none' || directives.some((directive) => directive.name === 'no-transaction');
  const migration: Migration = {
    version: parts.version,
    name: parts.name,
    path,
    sql,
    ...(data.length > 0 && { data }),
    ...(open && { open }),
    ...(sql !== parts.text && { text: parts.text }),
    checksum: checksum(parts.text),
    transaction: noTransaction ? 'none' : 'auto',
    directives,
    down: parts.down && {
      path: posix.join(directory, parts.down.file),
      sql: fillPlaceholders(parts.down.sql, placeholders),
    },
    ...(parts.repeatable && { repeatable: true }),
  };
  return { migration, faults };
}
