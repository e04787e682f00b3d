import type pg from 'pg';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';

/** One line of the audit: what happened, to which migration, by whom and why. Never SQL text or row values. */
export interface LedgerEvent {
  readonly kind: string;
  readonly deployId?: string | undefined;
  readonly version?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  /** When it happened; now where nothing is said. */
  readonly at?: Date | undefined;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** Appends to the audit, in the caller's transaction where there is one. */
export async function recordEvent(client: pg.Client, target: Pick<EngineTarget, 'ledger'>, event: LedgerEvent): Promise<void> {
  await client.query(
    `insert into ${identifier(target.ledger)}.events (kind, deploy_id, version, by, reason, detail, at)
     values ($1, $2, $3, $4, $5, $6, coalesce($7, clock_timestamp()))`,
    [
      event.kind,
      event.deployId ?? null,
      event.version ?? null,
      event.by ?? null,
      event.reason ?? null,
      JSON.stringify(event.detail ?? {}),
      event.at ?? null,
    ],
  );
}
