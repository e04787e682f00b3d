import type pg from 'pg';
import { identifier, literal } from '../postgres/quote.js';
import type { Owner } from '../target.js';
import { counted } from './counted.js';

/** Values of the columns of a key, as texts. */
export type KeyValues = readonly string[];

/** How far a backfill is. */
export interface BackfillRow {
  readonly version: string;
  readonly relation: string;
  readonly key: readonly string[];
  /** The last key that is done; null before the first batch of a pass. */
  readonly cursor: KeyValues | null;
  /** The last key of the pass; null for a table without rows. */
  readonly upto: KeyValues | null;
  /** From 1; each later one does what was added meanwhile. */
  readonly pass: number;
  /** Rows that its statement has changed or added. */
  readonly rows: number;
  /** Rows of the table that it has gone through. */
  readonly seen: number;
  readonly batches: number;
  /** Rows of the table that the next batch goes through. */
  readonly size: number | null;
  /** Rows that the table had when it began, by its statistics. */
  readonly estimate: number | null;
  readonly settles: boolean | null;
  /** Changed rows since the last VACUUM. */
  readonly unvacuumed: number;
  readonly vacuums: number;
  /** What holds it up just now, in words. */
  readonly waitsFor: string | null;
  readonly pausedBy: string | null;
  readonly pausedReason: string | null;
  /** Milliseconds that a batch is to take, where an operator has said so. */
  readonly batchMs: number | null;
  readonly pace: number | null;
  readonly startedAt: Date;
  readonly movedAt: Date;
  readonly finishedAt: Date | null;
}

const COLUMNS = `version, relation, key, cursor, upto, pass, rows::float8 as rows, seen::float8 as seen, batches::float8 as batches, size,
  estimate::float8 as estimate, settles, unvacuumed::float8 as unvacuumed, vacuums, waits_for as "waitsFor", paused_by as "pausedBy",
  paused_reason as "pausedReason", batch_ms as "batchMs", pace, started_at as "startedAt", moved_at as "movedAt",
  finished_at as "finishedAt"`;

/** The backfill of a version; undefined where none has begun. Works under any search path. */
export async function readBackfill(client: pg.Client, ledger: string, version: string): Promise<BackfillRow | undefined> {
  const { rows } = await client.query<BackfillRow>(
    `select ${COLUMNS} from ${identifier(ledger)}.backfills where version operator(pg_catalog.=) $1::pg_catalog.text`,
    [version],
  );
  return rows[0];
}

/** One as it is shown. */
export interface ShownBackfill extends BackfillRow {
  /** Indexes that are larger than before it (bytes); null while it has not finished. */
  readonly grown: readonly { readonly name: string; readonly before: number; readonly after: number }[] | null;
}

/** Every backfill that has begun here, the newest first. */
export async function readBackfills(client: pg.Client, ledger: string): Promise<ShownBackfill[]> {
  const s = identifier(ledger);
  const { rows } = await client.query<ShownBackfill>(
    `select ${COLUMNS}, (select e.detail -> 'indexes' from ${s}.events e where e.kind = 'backfill.done' and e.version = backfills.version
       and backfills.finished_at is not null order by e.id desc limit 1) as grown
     from ${s}.backfills order by started_at desc, version`,
  );
  return rows;
}

/** Bytes of the indexes when a backfill began, by name; none where that is not known. Works under any search path. */
export async function readBegun(client: pg.Client, ledger: string, version: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await client.query<{ indexes: Readonly<Record<string, number>> }>(
    `select detail operator(pg_catalog.->) 'indexes'::pg_catalog.text as indexes from ${identifier(ledger)}.events
     where kind operator(pg_catalog.=) 'backfill.began'::pg_catalog.text and version operator(pg_catalog.=) $1::pg_catalog.text order by id desc limit 1`,
    [version],
  );
  return rows[0]?.indexes ?? {};
}

/** What begins one, anew where an earlier one of this version has ended; a statement for a transaction of ours. */
export function beginBackfill(
  ledger: string,
  owner: Owner,
  begun: Pick<BackfillRow, 'version' | 'relation' | 'key' | 'upto' | 'estimate'>,
): string {
  const { version, relation, key, upto, estimate } = begun;
  const values = [version, relation, json(key), json(upto), estimate, owner.deployId, owner.epoch].map(literal);
  const s = identifier(ledger);
  return `delete from ${s}.backfills where version = ${literal(version)};
    ${counted(`insert into ${s}.backfills (version, relation, key, upto, estimate, deploy_id, epoch) values (${values.join(', ')}) returning 1`)}`;
}

/** What a step of a backfill changes in its row. */
export type BackfillStep = Partial<
  Pick<BackfillRow, 'cursor' | 'upto' | 'pass' | 'rows' | 'seen' | 'batches' | 'size' | 'settles' | 'unvacuumed' | 'vacuums'>
> & { readonly finished?: true };

/**
 * Moves a backfill on from where it was read; fails where anybody else has moved it. A statement for a transaction of ours, which the fence
 * checks at its end.
 */
export function moveBackfill(ledger: string, owner: Owner, from: BackfillRow, step: BackfillStep): string {
  const { finished, ...changed } = step;
  const sets = Object.entries(changed).map(
    ([name, value]) => `${name} = ${literal(Array.isArray(value) ? json(value) : (value as number))}`,
  );
  if (finished) sets.push('finished_at = pg_catalog.clock_timestamp()');
  const cursor = from.cursor === null ? 'cursor is null' : `cursor = ${literal(json(from.cursor))}::jsonb`;
  return counted(`update ${identifier(ledger)}.backfills set ${[
    ...sets,
    `moved_at = pg_catalog.clock_timestamp(), waits_for = null,
      deploy_id = ${literal(owner.deployId)}, epoch = ${owner.epoch}`,
  ].join(', ')}
    where version = ${literal(from.version)} and ${cursor} and pass = ${from.pass} and finished_at is null returning 1`);
}

/** Notes what holds a backfill up, for whoever looks; null for nothing. */
export async function noteWait(client: pg.Client, ledger: string, version: string, reason: string | null): Promise<void> {
  await client.query(
    `update ${identifier(ledger)}.backfills set waits_for = $2::pg_catalog.text where version operator(pg_catalog.=) $1::pg_catalog.text`,
    [version, reason],
  );
}

/** What an operator asks of a backfill; null takes it back, undefined leaves it. */
export interface BackfillWish {
  readonly paused?: { readonly by: string; readonly reason: string | undefined } | null;
  /** Milliseconds. */
  readonly batch?: number | undefined;
  readonly pace?: number | undefined;
}

/** Writes a wish; the backfill heeds it before its next batch. @returns whether there is one that is under way */
export async function wishBackfill(client: pg.Client, ledger: string, version: string, wish: BackfillWish): Promise<boolean> {
  const { paused, batch, pace } = wish;
  const { rowCount } = await client.query(
    `update ${identifier(ledger)}.backfills set
       paused_by = case when $2 then $3 else paused_by end, paused_reason = case when $2 then $4 else paused_reason end,
       batch_ms = coalesce($5, batch_ms), pace = coalesce($6, pace)
     where version = $1 and finished_at is null`,
    [version, paused !== undefined, paused?.by ?? null, paused?.reason ?? null, batch ?? null, pace ?? null],
  );
  return rowCount === 1;
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
