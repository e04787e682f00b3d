import { posix } from 'node:path';
import { fileFault } from '../file-fault.js';
import type { FormatOptions } from '../format.js';

/**
 * Fills Flyway's `${name}`. As in Flyway, names are the same in upper and lower case, comments count too, and a name without a value is
 * an error: left open it would go into the database as it stands wherever it is in quotes.
 * @throws EngineError `FILES_PLACEHOLDER`
 */
export function fillFlyway(sql: string, path: string, placeholders: FormatOptions['placeholders']): string {
  const values = new Map(Object.entries(placeholders).map(([name, value]) => [name.toLowerCase(), value]));
  if (!values.has('flyway:filename')) values.set('flyway:filename', posix.basename(path));
  return sql.replace(/\$\{([^}]*)\}/g, (all: string, name: string, offset: number) => {
    if (values.has(name.toLowerCase())) return values.get(name.toLowerCase()) ?? all;
    throw fileFault(
      'FILES_PLACEHOLDER',
      [path, sql.slice(0, offset).split('\n').length],
      `the placeholder ${all} has no value`,
      `Give it one in the stage: placeholders: { '${name}': ... }; or switch replacement off for this file: placeholderReplacement=false in ${posix.basename(path)}.conf.`,
    );
  });
}
