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

/** Files whose names say that they undo what another one does, and that no format takes for that: they would run after it. */
export function undoingFiles(migrations: readonly Pick<Migration, 'path'>[]): EngineError[] {
  const paths = new Set(migrations.map(({ path }) => path));
  return migrations.flatMap(({ path }) => {
    const [, stem] = /^(.*)[._-]down\.sql$/i.exec(path) ?? [];
    const isPair = stem !== undefined && ['_up', '-up', '.up', ''].some((up) => paths.has(`${stem}${up}.sql`));
    if (!isPair && !/\.(?:undo|rollback|revert|backout)\.sql$/i.test(path) && !isBeside(path, paths)) return [];
    return [
      fileFault(
        'FILES_BAD_NAME',
        path,
        'its name says that it undoes another file, and it would run as a migration',
        'Name it <name>.down.sql beside <name>.up.sql, or move it elsewhere.',
      ),
    ];
  });
}

/** `1_a_rollback.sql` beside `1_a.sql`. */
function isBeside(path: string, paths: ReadonlySet<string>): boolean {
  const undone = path.replace(/[._-](?:undo|rollback|revert|backout)\.sql$/i, '.sql');
  return undone !== path && paths.has(undone);
}

const lineAt = (sql: string, offset: number): number => sql.slice(0, offset).split('\n').length;
