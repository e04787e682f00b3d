import { EngineError } from '../error.js';
import { moveBackfill } from '../ledger/backfills.js';
import { eventInsert } from '../ledger/events.js';
import { hashStatements } from '../files/statement-hash.js';
import type { Statement } from '../files/statements.js';
import { forgetIntents, writeIntent, type Intent } from '../ledger/intents.js';
import type { Mirror } from '../legacy/mirror.js';
import { applicationName } from '../lease/application.js';
import { literal } from '../postgres/quote.js';
import { appliedRows } from './applied-rows.js';
import type { ApplyContext } from './context.js';
import { runBackfill } from './backfill/run-backfill.js';
import type { Observed } from './observer.js';
import { commitRows } from './own-rows.js';
import type { Prepared } from './prepared.js';
import { runOnline } from './run-online.js';
import { runScript } from './script.js';
import { setsSession, statementsOf, type Segment } from './segments.js';
import { sqlFailure } from './sql-failure.js';
import { OWN_PATH } from '../postgres/settings.js';
import { runTransaction } from './transaction.js';

export interface StepwiseOptions {
  /** Migrations that this piece of work has applied before. */
  readonly applied: number;
  readonly mirror?: Mirror | undefined;
  /** Milliseconds since 1970 at which a backfill stops for now, between two of its batches. */
  readonly pauseBackfillAt?: number | undefined;
}

/**
 * A migration of several segments: each commits with its entry in the journal, the last one with the row of the applied set, which takes
 * the journal's place. What the journal has as committed is not sent again.
 */
export class Stepwise {
  readonly #started = Date.now();

  constructor(
    readonly context: ApplyContext,
    readonly prepared: Prepared,
    readonly options: StepwiseOptions,
    readonly seen: Observed,
  ) {}

  async run(): Promise<void> {
    const { segments, resume } = this.prepared;
    this.seen.committed = resume?.done ?? 0;
    await this.#enter();
    for (const segment of segments) await this.#runSegment(segment, segment === segments.at(-1));
    if (segments.length === 0) await this.#transact([], this.#lastRows(), true);
  }

  /** Gives the session the name of the migration and what the committed statements of it had set, which died with their session. */
  async #enter(): Promise<void> {
    const { session, owner, target } = this.context;
    const { migration, statements, resume } = this.prepared;
    const name = literal(applicationName(owner, migration.version));
    await session.client.query(`set application_name = ${name}; ${OWN_PATH}`);
    if (resume?.stale) await commitRows(session, migration, [forgetIntents(target.ledger, migration.version)]);
    for (const statement of statements.slice(0, resume?.done ?? 0).filter(setsSession)) {
      const { error } = await runScript(session.client, statement.text);
      if (error) throw sqlFailure(error, { migration, statement, showValues: target.showValues });
    }
  }

  async #runSegment(segment: Segment, isLast: boolean): Promise<void> {
    const { control, session } = this.context;
    const { migration, resume } = this.prepared;
    control.signal.throwIfAborted();
    this.#report(segment);
    const rows = (): string[] => [this.#done(segment), ...(isLast ? this.#lastRows() : [])];
    if (segment.kind === 'online') {
      const earlier =
        resume?.running?.statement === segment.first && stepsIn(resume.running) === segment.index ? resume.running : undefined;
      const intent = this.#intent(segment, 'running', stepDetail(segment, segment.index));
      await runOnline({ ...this.context, migration, segment, intent, earlier, rows, reset: isLast, seen: this.seen });
    } else if (segment.kind === 'backfill') {
      await this.#runBackfill(segment, rows, isLast);
    } else if (segment.kind === 'step') {
      const instead = (await segment.step.prepare(session)) ?? '';
      await this.#transact([segment.statement], rows(), isLast, instead).catch(async (error: unknown) => {
        throw segment.step.explain && error instanceof EngineError ? await segment.step.explain(session, error) : error;
      });
    } else await this.#transact(segment.statements, rows(), isLast);
    this.seen.committed = segment.first + statementsOf(segment).length;
  }

  /** Its entry in the journal says that it is under way; how far it is, it writes down itself. */
  async #runBackfill(
    segment: Extract<Segment, { kind: 'backfill' }>,
    rows: () => readonly string[],
    isLast: boolean,
  ): Promise<void> {
    const { session, owner, target } = this.context;
    const { backfill } = segment;
    // Its text may be corrected: what is done stays, and the rest is done by the new one.
    const intent = { title: `the backfill of ${backfill.table}`, repeatable: true };
    await commitRows(session, this.prepared.migration, [
      writeIntent(target.ledger, owner, this.#intent(segment, 'running', intent)),
    ]);
    const deadline = this.options.pauseBackfillAt;
    const { row, grown } = await runBackfill(this.context, this.prepared, backfill, { deadline }, this.seen);
    const { version, rows: changed, batches } = row;
    const detail = { rows: changed, batches, indexes: grown };
    const ended = [
      moveBackfill(target.ledger, owner, row, { finished: true }),
      eventInsert(target.ledger, [{ kind: 'backfill.done', deployId: owner.deployId, version, detail }]),
    ];
    await this.#transact([], [...ended, ...rows()], isLast);
  }

  #transact(statements: readonly Statement[], rows: readonly string[], reset: boolean, instead?: string): Promise<void> {
    const { session, owner, target } = this.context;
    const { migration } = this.prepared;
    const end = statements.at(-1)?.end ?? 0;
    return runTransaction(session, {
      migration,
      statements,
      start: statements[0]?.start ?? end,
      end,
      instead,
      rows,
      application: applicationName(owner, migration.version),
      fresh: false,
      reset,
      showValues: target.showValues,
    });
  }

  #done(segment: Segment): string {
    const { ledger } = this.context.target;
    if ('statements' in segment)
      return writeIntent(ledger, this.context.owner, this.#intent(segment, 'done', { statements: segment.statements.length }));
    const steps = segment.index + 1;
    const state = steps === segment.of ? 'done' : 'running';
    return writeIntent(ledger, this.context.owner, this.#intent(segment, state, stepDetail(segment, steps)));
  }

  #intent(segment: Segment, state: Intent['state'], detail: Intent['detail']): Intent {
    const { version } = this.prepared.migration;
    return { version, statement: segment.first, hash: hashStatements(statementsOf(segment)), state, detail };
  }

  #lastRows(): string[] {
    const { context, prepared, options } = this;
    const forgotten = forgetIntents(context.target.ledger, prepared.migration.version);
    return [...appliedRows(context, prepared, options.mirror, Date.now() - this.#started), forgotten];
  }

  #report(segment: Segment): void {
    const { version, name } = this.prepared.migration;
    this.seen.statement = segment.first + 1;
    this.context.control.report({
      version,
      name,
      doing: segment.kind === 'step' ? `applying (${segment.step.title})` : 'applying',
      statement: this.seen.statement,
      applied: this.options.applied,
    });
  }
}

const stepsIn = ({ detail }: Intent): number => detail.steps ?? 0;

/** Where a statement has several steps, how many of them are committed. */
const stepDetail = ({ of }: { readonly of: number }, steps: number): Intent['detail'] => (of > 1 ? { steps } : {});
