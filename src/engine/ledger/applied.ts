import type pg from 'pg';
import { CHECKSUM_ALGORITHM } from '../files/checksum.js';
import type { Migration } from '../files/migration.js';
import { identifier, literal } from '../postgres/quote.js';
import type { Owner } from '../target.js';
import { counted } from './counted.js';

/** One row of the applied set. */
export interface AppliedMigration {
  readonly version: string;
  readonly name: string;
  /** Null where it is not known; then it is never compared. */
  readonly checksum: string | null;
  readonly statementsChecksum: string | null;
  readonly source: 'applied' | 'adopted' | 'skipped';
  readonly stage: string;
  readonly deployId: string | null;
  readonly durationMs: number | null;
  readonly late: boolean;
  readonly note: string | null;
  /** Order in which the rows came. */
  readonly position: number;
  readonly appliedAt: Date;
}

const COLUMNS = `version, name, checksum, statements_checksum as "statementsChecksum", source, stage, deploy_id as "deployId",
  duration_ms as "durationMs", late, note, position::float8 as position, applied_at as "appliedAt"`;

/** The applied set, in the order of the ledger. */
export async function readApplied(client: pg.Client, ledger: string): Promise<AppliedMigration[]> {
  return (await client.query<AppliedMigration>(appliedQuery(ledger))).rows;
}

export const appliedQuery = (ledger: string): string =>
  `select ${COLUMNS} from ${identifier(ledger)}.applied_migrations order by position`;

/** Only the identities: what a run of applying needs, at a tenth of the cost. */
export async function readAppliedVersions(client: pg.Client, ledger: string): Promise<Set<string>> {
  const { rows } = await client.query<{ version: string }>(`select version from ${identifier(ledger)}.applied_migrations`);
  return new Set(rows.map((row) => row.version));
}

/** What this deploy has applied since a position; what was skipped meanwhile is not among it. */
export async function readAppliedSince(
  client: pg.Client,
  ledger: string,
  deployId: string,
  position: number,
): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `select ${COLUMNS} from ${identifier(ledger)}.applied_migrations where deploy_id = $1 and position > $2 and source = 'applied' order by position`,
    [deployId, position],
  );
  return rows;
}

export async function newestPosition(client: pg.Client, ledger: string): Promise<number> {
  const { rows } = await client.query<{ position: number }>(
    `select coalesce(max(position), 0)::float8 as position from ${identifier(ledger)}.applied_migrations`,
  );
  return rows[0]!.position;
}

export interface AppliedRow {
  readonly migration: Pick<Migration, 'version' | 'name' | 'checksum' | 'repeatable'>;
  readonly statementsChecksum: string | null;
  readonly stage: string;
  readonly late: boolean;
  readonly source: AppliedMigration['source'];
  readonly note?: string | undefined;
  /** Milliseconds that the work took before the transaction of the row, whose own are added by the server; null where nothing ran. */
  readonly before: number | null;
}

/** The row of a migration, as statements for the migration's own transaction. A repeatable one takes the place of its last. */
export function putApplied(ledger: string, owner: Owner, row: AppliedRow): string[] {
  const insert = insertApplied(ledger, owner, row);
  const { version, repeatable } = row.migration;
  return repeatable
    ? [`delete from ${identifier(ledger)}.applied_migrations where version = ${literal(version)}`, insert]
    : [insert];
}

function insertApplied(ledger: string, owner: Owner, row: AppliedRow): string {
  const { migration } = row;
  const duration =
    row.before === null
      ? 'null'
      : `${Math.round(row.before)} + (extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()) operator(pg_catalog.*) 1000)::int`;
  const values = [
    literal(migration.version),
    literal(migration.name),
    literal(migration.checksum),
    literal(CHECKSUM_ALGORITHM),
    literal(row.statementsChecksum),
    literal(row.source),
    literal(row.stage),
    literal(owner.deployId),
    literal(owner.epoch),
    duration,
    literal(row.late),
    literal(row.note),
  ];
  return counted(`insert into ${identifier(ledger)}.applied_migrations
    (version, name, checksum, checksum_algorithm, statements_checksum, source, stage, deploy_id, epoch, duration_ms, late, note) values (${values.join(', ')}) returning 1`);
}
