import { crashPoint } from '../../crash-point.js';
import type { Ranged } from '../../files/backfill/ranged.js';
import { characterOffset } from '../../files/place.js';
import { moveBackfill, type BackfillRow, type KeyValues } from '../../ledger/backfills.js';
import { CLOSED_PATH, OWN_IDENTITY } from '../../postgres/settings.js';
import { isConnectionLoss, isServerError } from '../../postgres/sqlstate.js';
import { ownFailure } from '../own-failure.js';
import { runScript } from '../script.js';
import { sqlFailure } from '../sql-failure.js';
import { batchEnd, rangeOf } from './keys.js';
import type { BatchContext } from './context.js';

/** A batch that has committed. */
export interface Batch {
  readonly rows: number;
  /** Milliseconds from its first row to its COMMIT. */
  readonly took: number;
  readonly row: BackfillRow;
}

/** A batch that was rolled back: what PostgreSQL said, and the range of keys that it was about. */
export class BatchFailed extends Error {
  constructor(
    readonly error: Error,
    readonly lost: boolean,
    readonly low: KeyValues | null,
    readonly high: KeyValues,
    /** Milliseconds. */
    readonly took: number,
    /** Where in the file's statement PostgreSQL pointed at, in its text. */
    readonly offset: number | undefined,
  ) {
    super(error.message);
  }
}

/** Milliseconds for which the rows of a batch may stay locked by a worker that stands still: as many times the aim, and no less. */
const STANDSTILL = 4;
const LEAST_STANDSTILL = 2_000;

/**
 * One batch: where it ends, the statement on its rows, and the ledger's word of it, in one transaction that the fence ends.
 * @param size rows of the table
 * @param aim milliseconds that it is to take
 * @param timeout milliseconds for its statement
 * @throws BatchFailed, or EngineError where what is ours failed
 */
export async function runBatch(
  context: BatchContext,
  from: BackfillRow,
  { size, aim, timeout }: { readonly size: number; readonly aim: number; readonly timeout: number },
): Promise<Batch> {
  const { session, target, owner, table, backfill, prepared } = context;
  const { client } = session;
  const started = Date.now();
  let high = from.upto!;
  const failed = (error: Error, lost: boolean, offset?: number): BatchFailed =>
    new BatchFailed(error, lost, from.cursor, high, Date.now() - started, offset);
  /** A look of ours waits for the same locks as the statement, in the same time, and fails as it does. */
  const looked = <T>(look: Promise<T>): Promise<T> =>
    look.catch(async (error: unknown) => {
      if (!isServerError(error) || isConnectionLoss(error)) throw error;
      await client.query('rollback');
      throw failed(error, false);
    });
  crashPoint('before-batch');
  const standstill = Math.max(aim * STANDSTILL, LEAST_STANDSTILL);
  await client.query(
    `begin; set local statement_timeout = ${timeout}; set local idle_in_transaction_session_timeout = ${standstill}`,
  );
  const { seen, ...end } = await looked(batchEnd(context, from, size));
  high = end.high;
  const ranged = backfill.ranged(rangeOf(table.columns, backfill.column, from.cursor, high));
  const { tags, error, lost = false } = await runScript(client, `${ranged.text}\n;set constraints all immediate`);
  if (error) {
    if (!lost) await client.query('rollback');
    throw failed(error, lost, offsetOf(error, ranged));
  }
  crashPoint('in-batch');
  const rows = Number(/\d+$/.exec(tags[0] ?? '')?.[0] ?? 0);
  const settles = from.settles ?? (rows === 0 ? null : await looked(hasSettled(context, from, high)));
  const took = Date.now() - started;
  const step = {
    cursor: high,
    rows: from.rows + rows,
    seen: from.seen + seen,
    batches: from.batches + 1,
    size,
    unvacuumed: from.unvacuumed + rows,
    settles,
  };
  const { error: refused, lost: gone = false } = await runScript(
    client,
    [
      'set local statement_timeout = 0',
      ...OWN_IDENTITY,
      `set local ${CLOSED_PATH}`,
      moveBackfill(target.ledger, owner, from, step),
      'commit',
    ].join('; '),
  );
  crashPoint('after-batch');
  if (refused) {
    if (!gone) await client.query('rollback');
    throw ownFailure(refused, prepared.migration, gone);
  }
  return { rows, took, row: { ...from, ...step } };
}

/** Whether no row of a range matches the condition any more, now that its rows were changed. */
async function hasSettled({ session, backfill, table }: BatchContext, from: BackfillRow, high: KeyValues): Promise<boolean> {
  if (!backfill.remaining) return false;
  const range = rangeOf(table.columns, backfill.column, from.cursor, high);
  const { rows } = await session.client.query<{ left: boolean }>(`select exists (${backfill.remaining('1', range)}) as left`);
  return !rows[0]!.left;
}

/** What the failure of a batch means for whoever wrote the file. */
export function batchFailure({ prepared, target, backfill }: BatchContext, failed: BatchFailed): Error {
  const { statement } = backfill;
  return sqlFailure(failed.error, {
    migration: prepared.migration,
    statement,
    offset: failed.offset === undefined ? undefined : statement.start + failed.offset,
    showValues: target.showValues,
    lost: failed.lost,
  });
}

function offsetOf(error: Error, { text, at, length }: Ranged): number | undefined {
  if (!isServerError(error) || !error.position) return undefined;
  const offset = characterOffset(text, Number(error.position) - 1);
  if (offset <= at) return offset;
  return offset >= at + length ? offset - length : undefined;
}
