import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../error.js';
import type { Backfill } from '../../files/backfill/backfill.js';
import { beginBackfill, readBackfill, readBegun, type BackfillRow } from '../../ledger/backfills.js';
import { eventInsert } from '../../ledger/events.js';
import { awake } from '../../postgres/awake.js';
import { isServerError } from '../../postgres/sqlstate.js';
import { STATE } from '../../postgres/states.js';
import type { BackfillSettings } from '../../target.js';
import type { ApplyContext } from '../context.js';
import type { Observed } from '../observer.js';
import { asOurselves, commitRows } from '../own-rows.js';
import type { Prepared } from '../prepared.js';
import { hasTimedOut } from '../timed-out.js';
import { BatchFailed, batchFailure, runBatch } from './batch.js';
import { blocked } from './blocked.js';
import type { BatchContext } from './context.js';
import { Gate } from './gate.js';
import type { Hold } from './hold.js';
import { grownIndexes, indexSizes, type GrownIndex, type IndexSizes } from './index-growth.js';
import { firstRemaining, keyBefore, lastKey } from './keys.js';
import { move } from './move.js';
import { Pace, progressLine } from './pace.js';
import { proveEnd } from './prove-end.js';
import { refuseReads } from './reads.js';
import { settingsFor } from './settings.js';
import { findTable } from './table.js';
import { Unfinished } from './unfinished.js';
import { vacuum } from './vacuum.js';

/** Rows of the first batch, where no earlier attempt knows better. */
const FIRST = 1_000;
/** A batch that takes so many times its aim, and so many milliseconds, is given up and halved. */
const PATIENCE = 20;
const LEAST_PATIENCE = 5_000;
/** Failures in a row that another attempt may cure, before they are the caller's. */
const TRIES = 5;
/** Passes over what was added meanwhile. */
const PASSES = 10;

export interface BackfillOptions {
  /** Milliseconds since 1970 after which it stops between two batches; undefined for never. */
  readonly deadline?: number | undefined;
}

export interface BackfillDone {
  readonly row: BackfillRow;
  readonly grown: readonly GrownIndex[];
}

/**
 * Runs a backfill from where the ledger has it, batch by batch, until no row is left; the caller records it as applied.
 * @returns its row of the ledger, which has all but that, and what it leaves to be cured
 * @throws Unfinished at its deadline; EngineError `BACKFILL_*`, or as for any statement
 */
export async function runBackfill(
  context: ApplyContext,
  prepared: Prepared,
  backfill: Backfill,
  options: BackfillOptions,
  seen: Observed,
): Promise<BackfillDone> {
  const table = await findTable(context.session.client, prepared.migration, backfill);
  await refuseReads(context.session.client, prepared.migration, backfill);
  return new BackfillRun({ ...context, prepared, backfill, table }, options, seen).run();
}

class BackfillRun {
  #row!: BackfillRow;
  #pace!: Pace;
  #failures = 0;
  readonly #gate: Gate;

  constructor(
    readonly context: BatchContext,
    readonly options: BackfillOptions,
    readonly seen: Observed,
  ) {
    this.#gate = new Gate(context);
  }

  async run(): Promise<BackfillDone> {
    try {
      // A batch has a time-out of its own; a look at the whole table, or a VACUUM, takes as long as it takes.
      await this.context.session.client.query('set statement_timeout = 0');
      this.#row = await this.#open();
      this.#pace = new Pace(this.#row.size ?? FIRST, this.#settings.rows);
      do while (!this.#isThrough()) await this.#step();
      while (await this.#nextPass());
      await this.#prove();
      return { row: this.#row, grown: await this.#grown() };
    } finally {
      await this.#gate.close();
    }
  }

  get #settings(): BackfillSettings {
    return settingsFor(this.context.target, this.context.backfill, this.#row);
  }

  #isThrough(): boolean {
    const { cursor, upto } = this.#row;
    return upto === null || JSON.stringify(cursor) === JSON.stringify(upto);
  }

  /** The row of an earlier attempt, or of an earlier text of the file, which has changed what is done; else a new one. */
  async #open(): Promise<BackfillRow> {
    const { session, target, prepared, backfill, table, owner } = this.context;
    const { version } = prepared.migration;
    const known = await this.#read();
    const { key } = backfill.directive;
    const isSame = known?.relation === table.name && JSON.stringify(known.key) === JSON.stringify(key);
    if (known && !known.finishedAt && isSame)
      // Before the first batch the table may have grown. What an attempt has left dead that ended in a batch is vacuumed as well.
      return move(
        this.context,
        known,
        known.batches > 0 ? { unvacuumed: known.unvacuumed + (known.size ?? 0) } : { upto: await lastKey(this.context) },
      );
    if (known && !known.finishedAt && known.batches > 0)
      throw new EngineError(
        'LEDGER_EDITED',
        'blocked',
        `${prepared.migration.path} is half done by (${known.key.join(', ')}) of ${known.relation}, and the file goes by another table or key now`,
        { next: 'Restore its directive and deploy, or put the rest into a new file and skip this one.', version },
      );
    const upto = await lastKey(this.context);
    const begun = { version, relation: table.name, key, upto, estimate: table.estimate };
    const detail = { indexes: await this.#indexSizes() };
    await commitRows(session, prepared.migration, [
      beginBackfill(target.ledger, owner, begun),
      eventInsert(target.ledger, [{ kind: 'backfill.began', deployId: owner.deployId, version, detail }]),
    ]);
    return (await this.#read())!;
  }

  #read(): Promise<BackfillRow | undefined> {
    const { session, target, prepared } = this.context;
    return asOurselves(session.client, () => readBackfill(session.client, target.ledger, prepared.migration.version));
  }

  /** Only rows that an UPDATE has moved have left entries behind: those of added rows are of use, and a DELETE adds none. */
  #indexSizes(): Promise<IndexSizes> {
    const { session, backfill } = this.context;
    return backfill.statement.type === 'UpdateStmt' ? indexSizes(session.client, backfill.changed) : Promise.resolve({});
  }

  async #grown(): Promise<GrownIndex[]> {
    const { session, target } = this.context;
    const before = await asOurselves(session.client, () => readBegun(session.client, target.ledger, this.#row.version));
    return grownIndexes(before, await this.#indexSizes());
  }

  async #prove(): Promise<void> {
    if (this.context.backfill.verify !== undefined) this.#report({ between: 'asking pawl:verify' });
    await proveEnd(this.context);
  }

  async #step(): Promise<void> {
    this.context.control.signal.throwIfAborted();
    const { pausedBy, pausedReason, batchMs, pace } = (await this.#read()) ?? this.#row;
    this.#row = { ...this.#row, pausedBy, pausedReason, batchMs, pace };
    const hold = await this.#gate.holds(this.#row, this.#settings.stopWhile);
    this.#report({ hold });
    const { deadline = Infinity } = this.options;
    if (Date.now() >= deadline) throw new Unfinished(this.#pace.progressOf(this.#row, hold));
    if (pausedBy !== null || hold !== undefined) {
      await this.#rest(1_000);
      this.#pace.resumed();
      return;
    }
    const { vacuumEvery } = this.#settings;
    // Before the batch, for attempts that end in their first one leave dead rows too.
    if (vacuumEvery > 0 && this.#row.unvacuumed >= vacuumEvery) await this.#vacuum();
    await this.#batch();
  }

  async #batch(): Promise<void> {
    const settings = this.#settings;
    const before = this.#row;
    const patience = Math.max(settings.batch * PATIENCE, LEAST_PATIENCE);
    const { statementTimeout } = this.context.target;
    const timeout = statementTimeout > 0 ? Math.min(patience, statementTimeout) : patience;
    try {
      const { took, row } = await runBatch(this.context, before, { size: this.#pace.size, aim: settings.batch, timeout });
      this.#failures = 0;
      this.#row = row;
      this.#pace.committed(row.seen - before.seen, took, settings.batch);
      this.#report();
      await this.#rest(took * settings.pace);
    } catch (error) {
      if (!(error instanceof BatchFailed) || this.context.control.signal.aborted) throw error;
      await this.#failed(error, timeout);
    }
  }

  async #vacuum(): Promise<void> {
    this.#report({ between: 'VACUUM' });
    this.#row = await vacuum(this.context, this.#row);
    this.#pace.resumed();
  }

  /** A smaller batch may pass, and one of a single row says which one does not. */
  async #failed(failed: BatchFailed, timeout: number): Promise<void> {
    const { error, lost, took } = failed;
    this.#row = { ...this.#row, unvacuumed: this.#row.unvacuumed + this.#pace.size };
    const failure = batchFailure(this.context, failed);
    if (lost || !isServerError(error) || !(failure instanceof EngineError) || failure.verdict === 'fenced') throw failure;
    const timedOut = error.code === STATE.queryCanceled && hasTimedOut(took, timeout);
    if (failure.verdict === 'retry') {
      this.#failures += 1;
      if (this.#failures >= TRIES) throw blocked(this.context, failure, failed, this.#row);
      this.#pace.halve();
      await this.#rest(Math.min(100 * 2 ** this.#failures, 2_000));
    } else if ((!timedOut && !isAboutRows(error.code)) || !this.#pace.halve())
      throw blocked(this.context, failure, failed, this.#row, timedOut ? timeout : undefined);
  }

  /** Whether there is more to do: rows that were added meanwhile, as the condition of the statement says. */
  async #nextPass(): Promise<boolean> {
    const { backfill, table, prepared } = this.context;
    const row = this.#row;
    if (!row.settles || !backfill.remaining) return false;
    const first = await firstRemaining(this.context);
    if (!first) return false;
    if (row.pass >= PASSES) {
      throw new EngineError(
        'BACKFILL_UNFINISHED',
        'blocked',
        `${prepared.migration.path}: after ${PASSES} passes over ${table.name} there are still rows that the condition of the statement matches`,
        {
          next: 'Something keeps adding such rows: deploy the code that writes them as they are to be, or add a DEFAULT or a trigger, then retry.',
          version: row.version,
        },
      );
    }
    const step = { cursor: await keyBefore(this.context, first), upto: await lastKey(this.context), pass: row.pass + 1 };
    this.#row = await move(this.context, row, step);
    return true;
  }

  async #rest(milliseconds: number): Promise<void> {
    const { control, session } = this.context;
    if (milliseconds >= 1) await awake(session.client, sleep(milliseconds, undefined, { signal: control.signal }));
  }

  #report(now: { readonly hold?: Hold | undefined; readonly between?: string } = {}): void {
    const { control, prepared } = this.context;
    const { version, name } = prepared.migration;
    const backfill = { ...this.#pace.progressOf(this.#row, now.hold), between: now.between };
    const news = { doing: progressLine(backfill), backfill };
    this.seen.news = news;
    this.seen.stays =
      this.#row.batches === 0 ? undefined : `the batches before it stay (${this.#row.rows.toLocaleString('en')} rows)`;
    control.report({ version, name, ...news });
  }
}

/** Data exceptions, constraints, and what a trigger or a function raises. */
const isAboutRows = (sqlstate: string): boolean => /^(22|23|P0|44)/.test(sqlstate);
