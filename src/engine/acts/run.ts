import { constraintSteps } from '../constraints/steps.js';
import type { Intent } from '../ledger/intents.js';
import type { Mirror } from '../legacy/mirror.js';
import { awake } from '../postgres/awake.js';
import type { MigrationStage } from '../files/stage.js';
import type { PendingMigration } from '../plan/pending.js';
import { applyMigration, recordWait, sendWhole, type Wait } from '../apply/apply-migration.js';
import type { ApplyContext } from '../apply/context.js';
import { changesDefaults, isWhole, isSentAtOnce, prepareMigration, setsTransaction, type Prepared } from '../apply/prepared.js';
import type { StepsOf } from '../apply/segments.js';
import type { SentTransaction } from '../apply/transaction.js';

export interface RunOptions {
  readonly context: ApplyContext;
  readonly stage: MigrationStage;
  readonly pending: readonly PendingMigration[];
  /** By version: what earlier attempts have left half applied. */
  readonly journal: ReadonlyMap<string, readonly Intent[]>;
  readonly mirror: Mirror | undefined;
  /** Commits do not wait for the disk; the caller flushes at the end. */
  readonly unflushed: boolean;
  /** Migrations that were applied before, in the words of progress. */
  readonly already: number;
  /** Milliseconds since 1970 after which no further migration begins. */
  readonly deadline: number;
  /** Milliseconds since 1970 at which a backfill stops for now. */
  readonly pauseBackfillAt?: number | undefined;
}

/** A run of migrations, one after the other. While the server works on one, the next is sent behind it, and the one after that is read. */
export class Run {
  #count = 0;
  #at: { readonly version: string; readonly since: number } | undefined;
  #outdated = false;
  #ahead: SentTransaction | undefined;
  readonly #waits: Wait[] = [];
  readonly #readings = new Map<number, Promise<Prepared>>();

  constructor(readonly options: RunOptions) {}

  /** How many were applied so far. */
  get count(): number {
    return this.#count;
  }

  /** The migration that is being applied, and since when (milliseconds since 1970). */
  get at(): { readonly version: string; readonly since: number } | undefined {
    return this.#at;
  }

  /** Whether it ended early, for the next one needs a session that began after the last. */
  get outdated(): boolean {
    return this.#outdated;
  }

  /** @returns how many were applied @throws EngineError for the first that fails */
  async apply(): Promise<number> {
    try {
      while (this.#count < this.options.pending.length && !this.#isOver()) await this.#next();
    } finally {
      await this.#recordWaits();
    }
    return this.#count;
  }

  #isOver(): boolean {
    return this.#outdated || (this.#count > 0 && !this.#ahead && Date.now() > this.options.deadline);
  }

  async #next(): Promise<void> {
    const { context, mirror, pending, already, pauseBackfillAt } = this.options;
    if (!this.#ahead) context.control.signal.throwIfAborted();
    const next = pending[this.#count]!;
    this.#at = { version: next.migration.version, since: Date.now() };
    const prepared = await awake(context.session.client, this.#read(this.#count, next));
    this.#readings.delete(this.#count);
    const sent = this.#ahead ?? (isWhole(prepared) ? this.#send(prepared) : undefined);
    this.#ahead = undefined;
    const applying = applyMigration(context, prepared, { applied: already + this.#count, mirror, sent, pauseBackfillAt });
    await Promise.race([this.#lookAhead(prepared, sent), applying]);
    const wait = await applying;
    if (wait) this.#waits.push(wait);
    this.#at = undefined;
    this.#count += 1;
    this.#outdated = changesDefaults(prepared);
    if (!this.#ahead) await this.#recordWaits();
  }

  /** Sends the next one behind one that is on its way, where nothing is to be done in between, and reads the one after it. */
  async #lookAhead(prepared: Prepared, sent: SentTransaction | undefined): Promise<void> {
    const at = this.#count;
    const next = await this.#readAhead(at + 1)?.catch(() => undefined);
    if (
      this.#count === at &&
      this.#at !== undefined &&
      next &&
      isWhole(next) &&
      sent &&
      [prepared, next].every(isSentAtOnce) &&
      !changesDefaults(prepared) &&
      !setsTransaction(next) &&
      this.#mayFollow()
    )
      this.#ahead = this.#send(next, sent);
    // What is wrong with a later one is said when its turn comes.
    this.#readAhead(at + 2)?.catch(() => undefined);
  }

  #readAhead(at: number): Promise<Prepared> | undefined {
    const next = this.options.pending[at];
    return next && this.#read(at, next);
  }

  /**
   * A wait is recorded on the same session, which has to be free for it; and a cancel that the observer sends to a migration that blocks
   * others must not reach the one behind it.
   */
  #mayFollow(): boolean {
    const { context, deadline } = this.options;
    return (
      this.#waits.length === 0 &&
      !context.control.signal.aborted &&
      context.target.abortIfBlocking === undefined &&
      Date.now() < deadline
    );
  }

  #send(prepared: Prepared, before?: SentTransaction): SentTransaction {
    const { context, mirror, unflushed } = this.options;
    return sendWhole(context, prepared, { mirror, unflushed }, before);
  }

  #read(at: number, next: PendingMigration): Promise<Prepared> {
    const known = this.#readings.get(at);
    if (known) return known;
    const { journal, stage, context } = this.options;
    const stepsOf: StepsOf | undefined =
      stage.kind === 'constraints' ? (statement) => constraintSteps(context.target, next.migration, statement) : undefined;
    const reading = prepareMigration(next, journal.get(next.migration.version), stepsOf, context.control.signal);
    this.#readings.set(at, reading);
    return reading;
  }

  async #recordWaits(): Promise<void> {
    for (const wait of this.#waits.splice(0)) await recordWait(this.options.context, wait);
  }
}
