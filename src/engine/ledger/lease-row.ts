import { identifier } from '../postgres/quote.js';

/** Who may deploy now, as the ledger has it. */
export interface Lease {
  readonly epoch: number;
  readonly deployId: string | null;
  readonly owner: string | null;
  readonly release: string | null;
  readonly acquiredAt: Date | null;
  readonly releasedAt: Date | null;
}

/** What {@link leaseQuery} answers. */
export interface LeaseRow {
  readonly epoch: string;
  readonly deploy_id: string | null;
  readonly owner: string | null;
  readonly release: string | null;
  readonly acquired_at: Date | null;
  readonly released_at: Date | null;
}

export const leaseQuery = (ledger: string): string =>
  `select epoch, deploy_id, owner, release, acquired_at, released_at from ${identifier(ledger)}.lease`;

export function leaseOf(row: LeaseRow): Lease {
  return {
    epoch: Number(row.epoch),
    deployId: row.deploy_id,
    owner: row.owner,
    release: row.release,
    acquiredAt: row.acquired_at,
    releasedAt: row.released_at,
  };
}
