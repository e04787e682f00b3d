import type pg from 'pg';
import { appliedQuery, type AppliedMigration } from './applied.js';
import { headerOf, headerQuery, type HeaderRow, type LedgerHeader } from './header.js';
import { journalOf, journalQuery, type Intent } from './intents.js';
import { leaseOf, leaseQuery, type Lease, type LeaseRow } from './lease-row.js';

/** What a deploy asks a ledger before it does anything. */
export interface Contents {
  /** Undefined where there is no ledger, or one that came without its rows. */
  readonly header: LedgerHeader | undefined;
  readonly lease: Lease | undefined;
  /** In the order of the ledger. */
  readonly applied: readonly AppliedMigration[];
  /** By version: what earlier attempts have left half applied. */
  readonly journal: ReadonlyMap<string, readonly Intent[]>;
}

/** Where there is no ledger yet. */
export const NOTHING: Contents = { header: undefined, lease: undefined, applied: [], journal: new Map() };

/**
 * Reads a ledger in one message: in a rollout to many databases most are only asked.
 * @param there whether it is, as the look at its owners or its shape has told
 * @throws EngineError `LEDGER_TOO_NEW`
 */
export async function readContents(client: pg.Client, ledger: string, there: boolean): Promise<Contents> {
  if (!there) return NOTHING;
  const queries = [headerQuery(ledger), leaseQuery(ledger), appliedQuery(ledger), journalQuery(ledger)];
  const [header, lease, applied, journal] = (await client.query(queries.join('; '))) as unknown as readonly [
    pg.QueryResult<HeaderRow>,
    pg.QueryResult<LeaseRow>,
    pg.QueryResult<AppliedMigration>,
    pg.QueryResult<Intent>,
  ];
  const [held] = lease.rows;
  return {
    header: headerOf(ledger, header.rows),
    lease: held && leaseOf(held),
    applied: applied.rows,
    journal: journalOf(journal.rows),
  };
}

/** Position of the newest row; what a deploy adds comes after it. */
export function newestOf(applied: readonly AppliedMigration[]): number {
  return applied.at(-1)?.position ?? 0;
}
