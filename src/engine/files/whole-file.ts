import type { EngineError } from '../error.js';
import { fileFault } from './file-fault.js';
import type { Migration } from './migration.js';
import { bareSql } from './scan.js';
import { findUndoMarker } from './undo-marker.js';

/**
 * What keeps a text from being run as a whole: a part of it that undoes the rest, or a template that only its own program can fill.
 * @param migration after its format has taken out what does not run
 */
export function wholeFileFault({ sql, path }: Pick<Migration, 'sql' | 'path'>): EngineError | undefined {
  const undo = findUndoMarker(sql);
  if (undo !== undefined) {
    return fileFault(
      'FILES_FORMAT',
      [path, lineAt(sql, undo)],
      'this comment begins a part that undoes the migration, and the file would be run as a whole, up and down',
      'If the files are those of another tool, name it: `format: <tool>` of the stage. Otherwise put that part into <name>.down.sql beside <name>.up.sql, or remove it; if it is only a comment, word it otherwise.',
    );
  }
  const template = /\{\{|\{%/.test(sql) ? bareSql(sql).search(/\{\{|\{%/) : -1;
  if (template < 0) return undefined;
  return fileFault(
    'FILES_UNSUPPORTED',
    [path, lineAt(sql, template)],
    'a template, which only the program that it is written for can fill',
    'Write the SQL that it makes into the file; values that differ from place to place are written as `${NAME}` and given by `placeholders` of the stage.',
  );
}

const lineAt = (sql: string, offset: number): number => sql.slice(0, offset).split('\n').length;
