// Not from 'pg' itself: a command that never connects need not load the client.
import utils from 'pg/lib/utils.js';

/** A name as an SQL identifier, quoted. */
export const identifier = (name: string): string => utils.escapeIdentifier(name);

/** A name of several parts, such as schema and table, as SQL. */
export const qualified = (...names: readonly string[]): string => names.map(identifier).join('.');

/** A value as an SQL literal, quoted; null is NULL. For the messages that hold several statements and so cannot take parameters. */
export function literal(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'string' ? utils.escapeLiteral(value) : String(value);
}
