import type { Migration } from '../../engine/files/migration.js';
import type { StatementTrace } from '../trace/statement-trace.js';

/** Whether a statement is the file's own words, and not a step in which a constraints stage puts it on. */
export function standsIn({ sql }: Pick<Migration, 'sql'>, { statement }: Pick<StatementTrace, 'statement'>): boolean {
  return sql.slice(statement.start, statement.end) === statement.text;
}
