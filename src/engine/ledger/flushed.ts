import type pg from 'pg';
import { identifier, literal } from '../postgres/quote.js';
import type { Owner } from '../target.js';

/**
 * Statements for the end of a transaction: they record that every row of the applied set up to now is on disk, and on the synchronous
 * standbys where there are any. Nobody sees that record before it is true: PostgreSQL shows a commit only when it has waited for both.
 * What role or database say of synchronous_commit does not count, unless they ask for more.
 * @param owner only while the lease is this one's
 */
export function markFlushed(ledger: string, owner?: Pick<Owner, 'deployId' | 'epoch'>): string[] {
  const s = identifier(ledger);
  const held = owner && `and deploy_id = ${literal(owner.deployId)} and epoch = ${literal(owner.epoch)} and released_at is null`;
  return [
    `select pg_catalog.set_config('synchronous_commit', 'on', true) where pg_catalog.current_setting('synchronous_commit') <> 'remote_apply'`,
    `update ${s}.lease set flushed = newest from (select max(position) as newest from ${s}.applied_migrations) as applied
     where newest > flushed ${held ?? ''}`,
  ];
}

/**
 * The versions that would survive a crash of the server, and a failover to a synchronous standby. Inside a run of migrations a commit is seen
 * before that holds, and nobody outside may depend on it. A ledger of version 1 does not tell; there each row counts.
 */
export async function readFlushedVersions(client: pg.Client, ledger: string): Promise<Set<string>> {
  const s = identifier(ledger);
  const { rows } = await client.query<{ version: string }>(
    `select version from ${s}.applied_migrations
     where position <= coalesce((select (pg_catalog.to_jsonb(lease) ->> 'flushed')::pg_catalog.int8 from ${s}.lease), position)`,
  );
  return new Set(rows.map((row) => row.version));
}
