import type pg from 'pg';
import { segmentsOf, statementsOf, type Segment, type StepsOf } from '../../engine/apply/segments.js';
import { fileText, type Migration } from '../../engine/files/migration.js';
import { parseStatements, type Statement } from '../../engine/files/statements.js';
import { readFacts } from '../facts/read-facts.js';
import { lossesBetween } from '../facts/losses.js';
import { readSurface } from '../facts/surface.js';
import { readFiles, type Relations } from './relations.js';
import { effectOn } from './effect.js';
import { endsTransaction } from './ends-transaction.js';
import type { CommittedLoss, MigrationTrace, StatementTrace } from './statement-trace.js';
import { traceOnline } from './trace-online.js';
import { scratchSession } from './scratch-session.js';
import { begin, measureStatement, type Standing } from './trace-statement.js';

/**
 * Runs a migration for good on a scratch database, with the transaction boundaries that a deploy gives it, and measures each
 * statement. What would end the transaction (COMMIT, DISCARD ALL) is left out: a deploy refuses such a file, and the migrations
 * after it still want its tables. Afterwards the session is as good as new.
 *
 * @param client of nobody else, in no transaction
 * @param relations what counts as being there before; `files` is kept up to date
 * @param stepsOf the steps in which a constraints stage puts its statements on; each is measured by itself
 * @throws EngineError `SQL_SYNTAX`, `SQL_PSQL_COMMAND`; a failure of a statement is part of the answer
 */
export async function traceMigration(
  client: pg.Client,
  migration: Migration,
  relations: Relations,
  stepsOf?: StepsOf,
): Promise<MigrationTrace> {
  const statements = parseStatements(migration.sql, migration.path, fileText(migration));
  const started = performance.now();
  const run = new Run(client, statements, relations, { path: migration.path, stepsOf });
  await run.session('discard all');
  await run.session('set client_min_messages = debug1; set lc_messages = "C"');
  const segments = segmentsOf(
    migration,
    statements.filter((statement) => !endsTransaction(statement)),
    stepsOf,
  );
  for (const [commit, segment] of segments.entries()) {
    if (run.error) break;
    await run.lookBefore(segment);
    await run.segment(segment, commit);
    await run.lookAfter(segment, commit);
  }
  return { statements: run.traces(), losses: run.losses, milliseconds: performance.now() - started, error: run.error };
}

/**
 * On tables this small every plan is cheap: a sequential scan shall mean that no index could serve, as on the real target. Bitmap scans
 * stand for all that serve: they need a condition, where a plain index scan may read the whole table in its order and be no sequential one.
 */
const PLANS = 'set local enable_seqscan = off; set local enable_indexonlyscan = off; set local enable_indexscan = off';

class Run {
  error: MigrationTrace['error'];
  readonly losses: CommittedLoss[] = [];
  /** By the statement of the file; one that is put on in steps has a trace for each. */
  readonly #done = new Map<Statement, StatementTrace[]>();

  constructor(
    readonly client: pg.Client,
    readonly statements: readonly Statement[],
    readonly relations: Relations,
    readonly origin: { readonly path: string; readonly stepsOf?: StepsOf | undefined },
  ) {}

  async session(sql: string): Promise<void> {
    await this.client.query(sql);
  }

  /** In the order of the file. */
  traces(): StatementTrace[] {
    return this.statements
      .flatMap((statement) => this.#done.get(statement) ?? [notRun(statement)])
      .map((trace, index) => ({ ...trace, index }));
  }

  async segment(segment: Segment, commit: number): Promise<void> {
    if (segment.kind === 'online') return this.#online(segment, commit);
    if (segment.kind === 'session') return this.#each(segment.statements, commit, await begin(this.client, this.relations));
    const statements = segment.kind === 'step' ? await this.#prepared(segment) : statementsOf(segment);
    await this.session(`begin; ${PLANS}`);
    await this.#each(statements, commit, await begin(this.client, this.relations), statementsOf(segment)[0]);
    if (this.error) return this.session('rollback');
    try {
      await this.session('set constraints all immediate; commit');
    } catch (cause) {
      this.error = { cause };
      await this.session('rollback');
    }
  }

  /** The statement that a step runs; none where its effect is there, or where its look at the catalog fails. */
  async #prepared({ statement, step }: Extract<Segment, { kind: 'step' }>): Promise<readonly Statement[]> {
    try {
      const sql = await step.prepare(await scratchSession(this.client));
      return sql === undefined ? [] : this.#standIn(sql, statement);
    } catch (cause) {
      this.#fail(statement, notRun(statement), cause);
      return [];
    }
  }

  /** Statements that Pawl runs for one of the file: they count as standing in its place. */
  #standIn(sql: string, { start, end }: Statement): Statement[] {
    return parseStatements(sql, this.origin.path).map((statement) => ({ ...statement, start, end }));
  }

  async #each(statements: readonly Statement[], commit: number, before: Standing, origin?: Statement): Promise<void> {
    let standing = before;
    for (const statement of statements) {
      const owner = this.statements.includes(statement) ? statement : origin!;
      const facts = await readFacts(this.client, statement, this.relations.known, this.relations.others);
      const base = { index: 0, statement, facts, commit, online: false };
      const measured = await measureStatement(this.client, statement, standing, this.relations);
      if ('cause' in measured) {
        this.#fail(owner, { ...base, touched: [], outcome: 'failed', ...NOTHING_SAID }, measured.cause);
        return;
      }
      standing = measured.standing;
      const { touched, skipped, absent } = measured;
      this.#add(owner, { ...base, touched, outcome: 'ran', skipped, absent });
    }
  }

  async #online({ statement: origin, online }: Extract<Segment, { kind: 'online' }>, commit: number): Promise<void> {
    const isStep = (this.origin.stepsOf?.(origin).length ?? 0) > 0;
    const [statement = origin] = isStep ? this.#standIn(online.sql, origin) : [];
    const facts = await readFacts(this.client, statement, this.relations.known, this.relations.others);
    const base = { index: 0, statement, facts, commit, online: true };
    try {
      if (isStep) {
        const session = await scratchSession(this.client);
        if ((await online.probe(session, await online.remember(session), false)) === 'done') return;
      }
      const { touched, skipped, absent } = await traceOnline(this.client, statement, facts, this.relations);
      this.#add(origin, { ...base, touched, outcome: 'ran', skipped, absent });
    } catch (cause) {
      this.#fail(origin, { ...base, touched: [], outcome: 'failed', ...NOTHING_SAID }, cause);
    }
    for (const [oid, file] of await readFiles(this.client)) this.relations.files.set(oid, file);
  }

  /** What applications can use, before the first statement that may change it; of an empty database nobody uses anything. */
  async lookBefore(segment: Segment): Promise<void> {
    const { surface, known } = this.relations;
    if (surface.first || known.size === 0 || !statementsOf(segment).some((statement) => effectOn(statement) !== 'none')) return;
    surface.first = surface.now = await readSurface(this.client);
  }

  /** After a commit: what applications could use before it and cannot any more. */
  async lookAfter(segment: Segment, commit: number): Promise<void> {
    const { surface } = this.relations;
    if (this.error || !surface.first || !surface.now) return;
    if (!statementsOf(segment).some((statement) => effectOn(statement) === 'any')) return;
    const now = await readSurface(this.client);
    this.losses.push(...lossesBetween(surface.first, surface.now, now).map((loss) => ({ ...loss, commit })));
    surface.now = now;
  }

  #add(origin: Statement, trace: StatementTrace): void {
    this.#done.set(origin, [...(this.#done.get(origin) ?? []), trace]);
  }

  #fail(origin: Statement, trace: StatementTrace, cause: unknown): void {
    this.#add(origin, { ...trace, outcome: 'failed' });
    this.error = { cause, statement: origin };
  }
}

const NOTHING_SAID = { skipped: false, absent: 0 };

function notRun(statement: Statement): StatementTrace {
  const facts = { relations: new Map(), functions: new Map(), types: new Map() };
  return { index: 0, statement, facts, commit: 0, online: false, touched: [], outcome: 'not run', ...NOTHING_SAID };
}
