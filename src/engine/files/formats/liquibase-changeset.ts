import { posix } from 'node:path';
import type { EngineError } from '../../error.js';
import { replaceDelimiter } from '../delimiter.js';
import { fileFault } from '../file-fault.js';
import type { FormatOptions, Listing } from '../format.js';
import { migrationFile } from '../migration-file.js';
import type { Migration } from '../migration.js';
import { isForPostgres, type Changelog, type Changeset } from './liquibase-changelog.js';

/** Attributes that make a changeset run in some deploys and not in others; what they should be is nowhere in the files. */
const FILTERS = ['context', 'contextfilter', 'labels'];

/**
 * One changeset as a migration, with the identity that Liquibase gives it: `path::id::author`. Its checksum is over its own lines, since
 * the file grows.
 * @throws EngineError `FILES_UNSUPPORTED`
 */
export function changesetMigration(
  listing: Listing,
  file: string,
  changelog: Changelog,
  changeset: Changeset,
  options: FormatOptions,
): { migration: Migration; faults: EngineError[] } {
  const { attributes, author, id } = changeset;
  refuse(posix.join(listing.directory, file), changeset);
  const identity = `${attributes.get('logicalfilepath') ?? changelog.logicalFilePath ?? file}::${id}::${author}`;
  const runs = isForPostgres(attributes.get('dbms')) && attributes.get('ignore') !== 'true';
  const own = [changelog.lines[changeset.line - 1]!, ...changeset.up.values(), ...changeset.down.values()];
  const down = linesAt(changelog, changeset.down);
  return migrationFile(
    listing,
    {
      version: identity,
      name: `${posix.basename(file)}::${id}::${author}`,
      file,
      text: own.join('\n'),
      sql: runs ? withDelimiter(linesAt(changelog, changeset.up), attributes.get('enddelimiter')) : '',
      transaction: attributes.get('runintransaction') === 'false' ? 'none' : undefined,
      repeatable: attributes.get('runonchange') === 'true',
      down: hasRollback(down) ? { file, sql: runs ? down : '' } : undefined,
    },
    options,
  );
}

/** The lines in their places, all others empty, so that the numbers of lines stay. */
function linesAt({ lines }: Changelog, kept: ReadonlyMap<number, string>): string {
  return lines.map((_, index) => kept.get(index + 1) ?? '').join('\n');
}

function withDelimiter(sql: string, delimiter: string | undefined): string {
  if (delimiter === undefined || delimiter === ';') return sql;
  return replaceDelimiter(sql, delimiter.replace(/\\n/g, '\n').replace(/\$$/, ''));
}

/** `--rollback empty` and `--rollback not required` say that nothing is to be done; one of another changeset is not followed. */
function hasRollback(down: string): boolean {
  return down.trim() !== '' && !/^\s*(empty|not required)/i.test(down) && !/changesetid:/i.test(down);
}

function refuse(path: string, { attributes, line }: Changeset): void {
  const at = [path, line] as const;
  const filter = FILTERS.find((name) => (attributes.get(name) ?? '') !== '');
  if (filter !== undefined) {
    throw fileFault(
      'FILES_UNSUPPORTED',
      at,
      `the changeset runs only with ${filter} "${attributes.get(filter)}", and Pawl runs all`,
      'Give those changesets a directory of their own, as a stage of the targets that need them; or remove it if it always holds.',
    );
  }
  if (attributes.get('runalways') === 'true') {
    throw fileFault(
      'FILES_UNSUPPORTED',
      at,
      'the changeset runs in every deploy',
      'Make it runOnChange, or move it to an `exec` stage.',
    );
  }
  if (attributes.get('failonerror') === 'false') {
    throw fileFault(
      'FILES_UNSUPPORTED',
      at,
      'the changeset may fail without consequence',
      'Write what may fail as a DO block with an EXCEPTION clause, and remove failOnError.',
    );
  }
  const runWith = attributes.get('runwith');
  if (runWith !== undefined && runWith !== 'jdbc') {
    throw fileFault(
      'FILES_UNSUPPORTED',
      at,
      `the changeset runs with ${runWith}`,
      'Replace what only that program understands with plain SQL.',
    );
  }
}
