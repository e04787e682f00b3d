import { identifier } from '../postgres/quote.js';

/**
 * Statements for the end of a transaction: they record that every row of the applied set up to now is on disk, and on the synchronous
 * standbys where there are any. Nobody sees that record before it is true: PostgreSQL shows a commit only when it has waited for both.
 * What role or database say of synchronous_commit does not count, unless they ask for more.
 */
export function markFlushed(ledger: string): string[] {
  const s = identifier(ledger);
  return [
    `select pg_catalog.set_config('synchronous_commit', 'on', true) where pg_catalog.current_setting('synchronous_commit') <> 'remote_apply'`,
    `update ${s}.lease set flushed = greatest(flushed, (select max(position) from ${s}.applied_migrations))`,
  ];
}
