import { posix } from 'node:path';
import { EngineError } from '../engine/error.js';
import type { Migration } from '../engine/files/migration.js';
import { squashedVersions } from '../engine/squash/squashed-versions.js';
import { counted } from '../text/counted.js';

/** A file to write, relative to the project. */
export interface SquashedFile {
  readonly path: string;
  readonly text: string;
}

/** A part of a squashed schema that becomes a file. */
export interface Part {
  readonly label: string;
  readonly statements: readonly string[];
}

/** The version that a name begins with (Flyway's may have underscores, and ends before two of them), what follows it, and the ending. */
const NAME = /^(V\d+(?:[._]\d+)*|\d+(?:\.\d+)*)(__|_|-)?((?:(?<=[_-]).*?)?)((?:\.(?:up|down))?\.sql)?$/;

/**
 * Writes parts as migrations that take the place of the last of the old ones.
 * @param around what the format of the directory puts around SQL
 * @throws EngineError `SQUASH_IMPOSSIBLE` when a name does not begin with a version, or there are fewer old files than new ones
 */
export function squashedFiles(
  directory: string,
  aside: string,
  old: readonly Migration[],
  parts: readonly Part[],
  around: (sql: string) => string = (sql) => sql,
): SquashedFile[] {
  if (old.length < parts.length) {
    throw impossible(
      `${counted(old.length, 'file')} cannot become ${parts.length}`,
      'Squash up to a higher version, or without --split.',
    );
  }
  const versions = old.flatMap((migration) => [...squashedVersions(migration), migration.version]);
  const header = [
    `-- Squashed by pawl from ${counted(old.length, 'file')}, ${old[0]!.name} to ${old.at(-1)!.name}, which are in ${aside}.`,
    ...linesOf([...new Set(versions)]).map((line) => `-- pawl:squashes ${line}`),
    '',
    'SET LOCAL check_function_bodies = false;',
    '',
  ].join('\n');
  return old.slice(-parts.length).map((migration, index) => {
    const { label, statements } = parts[index]!;
    const body = `${header}\n${statements.join('\n\n')}\n`;
    return { path: posix.join(directory, renamed(posix.relative(directory, migration.path), label)), text: around(body) };
  });
}

/** The same of a migration that is a folder; diesel's versions have dashes in them, 2024-01-31-120000. */
const FOLDER = /^(\d[\d-]*)(_)?(.*)$/;

/** Puts the label in the place of the old one; of a migration that is a folder, into the folder's name. */
function renamed(path: string, label: string): string {
  const [first = '', ...rest] = path.split('/');
  const match = (rest.length > 0 ? FOLDER : NAME).exec(first);
  if (!match) throw impossible(`the name of ${path} does not begin with a version`, 'Squash a directory of numbered files.');
  const [, version = '', separator = '_', , ending = ''] = match;
  return [`${version}${separator}${label}${ending}`, ...rest].join('/');
}

function linesOf(versions: readonly string[]): string[] {
  const lines: string[] = [];
  for (const version of versions) {
    const last = lines.at(-1);
    if (last === undefined || last.length + version.length > 100) lines.push(version);
    else lines[lines.length - 1] = `${last} ${version}`;
  }
  return lines;
}

export function impossible(message: string, next: string): EngineError {
  return new EngineError('SQUASH_IMPOSSIBLE', 'refused', message, { next });
}
