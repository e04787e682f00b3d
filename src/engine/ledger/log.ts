import type pg from 'pg';
import { identifier } from '../postgres/quote.js';
import { ledgerExists } from './header.js';

/** One line of the audit, as `pawl log` shows it: an event, or a migration that was applied. */
export interface LogEntry {
  readonly at: Date;
  readonly kind: string;
  readonly deployId: string | null;
  readonly version: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * The newest entries of the audit, oldest first.
 * @param limit how many at most
 * @param deployId only of this deploy
 */
export async function readLog(client: pg.Client, ledger: string, limit: number, deployId?: string): Promise<LogEntry[]> {
  if (!(await ledgerExists(client, ledger))) return [];
  const s = identifier(ledger);
  const { rows } = await client.query<LogEntry>(
    `select * from (select * from (
       select at, kind, deploy_id as "deployId", version, by, reason, detail from ${s}.events
       union all
       select applied_at, 'migration.' || source, deploy_id, version, null, note,
              pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('name', name, 'stage', stage, 'milliseconds', duration_ms, 'late', nullif(late, false)))
       from ${s}.applied_migrations where source <> 'skipped') entries
       where $2::text is null or "deployId" = $2
       order by at desc limit $1) newest order by at`,
    [limit, deployId ?? null],
  );
  return rows;
}

export interface DeployRecord {
  readonly deployId: string;
  readonly release: string;
  readonly label: string;
  readonly startedBy: string;
  readonly outcome: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly applied: number;
}

/**
 * The newest deploys, newest first.
 * @param name only those whose id or label it is
 */
export async function readDeploys(client: pg.Client, ledger: string, limit: number, name?: string): Promise<DeployRecord[]> {
  if (!(await ledgerExists(client, ledger))) return [];
  const s = identifier(ledger);
  const { rows } = await client.query<DeployRecord>(
    `select d.deploy_id as "deployId", d.release, d.label, d.started_by as "startedBy", d.outcome, d.started_at as "startedAt", d.finished_at as "finishedAt",
            (select count(*)::int from ${s}.applied_migrations a where a.deploy_id = d.deploy_id and a.source = 'applied') as applied
     from ${s}.deploys d where $2::text is null or $2 in (d.deploy_id, d.label) order by d.started_at desc limit $1`,
    [limit, name ?? null],
  );
  return rows;
}
