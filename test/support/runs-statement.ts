import type { TestDatabase } from './database.js';

/** Whether a session of ours in this database runs a statement like this (SQL LIKE) just now. */
export async function runsStatement({ query }: Pick<TestDatabase, 'query'>, like: string): Promise<boolean> {
  const rows = await query(
    `select from pg_stat_activity where datname = current_database() and application_name ~ '^pawl:' and state = 'active' and query like $1`,
    [like],
  );
  return rows.length > 0;
}
