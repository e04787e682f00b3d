import type { Place } from '../error.js';
import { fileText, type Migration } from './migration.js';
import { excerptAt, placeAt } from './place.js';

type Text = Pick<Migration, 'path' | 'sql' | 'text'>;

/**
 * A place in what runs, as it is in the file: values of placeholders have another length than their names.
 * @param offset in the migration's SQL
 */
export function writtenPlace(migration: Text, offset: number): Place {
  const place = placeAt(migration.sql, offset, migration.path);
  if (fileText(migration) === migration.sql) return place;
  const ran = migration.sql.split('\n')[place.line - 1] ?? '';
  const written = fileText(migration).split('\n')[place.line - 1] ?? '';
  const same = commonLength(ran, written);
  if (place.column <= same + 1) return place;
  const behind = ran.length - place.column + 1;
  const sameEnd = commonLength(reversed(ran), reversed(written));
  return { ...place, column: behind <= sameEnd ? Math.max(written.length - behind + 1, 1) : same + 1 };
}

/**
 * The line at a place as it stands in the file: a placeholder with its name, never with its value.
 * @returns undefined where a value of several lines moved the lines
 */
export function writtenExcerpt(migration: Text, place: Place): string | undefined {
  const written = fileText(migration);
  return written === migration.sql || countLines(written) === countLines(migration.sql) ? excerptAt(written, place) : undefined;
}

const countLines = (text: string): number => text.split('\n').length;

const reversed = (text: string): string => [...text].reverse().join('');

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}
