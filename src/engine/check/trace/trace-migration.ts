import type pg from 'pg';
import { segmentsOf, statementsOf, type Segment } from '../../apply/segments.js';
import type { Migration } from '../../files/migration.js';
import { parseStatements, type Statement } from '../../files/statements.js';
import { readFacts } from '../facts/read-facts.js';
import { readRelations, type Relations } from './relations.js';
import { endsTransaction } from './ends-transaction.js';
import type { MigrationTrace, StatementTrace } from './statement-trace.js';
import { traceOnline } from './trace-online.js';
import { begin, measureStatement, type Standing } from './trace-statement.js';

/**
 * Runs a migration for good on a scratch database, with the transaction boundaries that a deploy gives it, and measures each
 * statement. What would end the transaction (COMMIT, DISCARD ALL) is left out: a deploy refuses such a file, and the migrations
 * after it still want its tables. Afterwards the session is as good as new.
 *
 * @param client of nobody else, in no transaction
 * @param relations what counts as being there before; `files` is kept up to date
 * @throws EngineError `SQL_SYNTAX`, `SQL_PSQL_COMMAND`; a failure of PostgreSQL's is part of the answer
 */
export async function traceMigration(client: pg.Client, migration: Migration, relations: Relations): Promise<MigrationTrace> {
  const statements = parseStatements(migration.sql, migration.path);
  const started = performance.now();
  const run = new Run(client, statements, relations);
  await run.session('discard all');
  await run.session('set client_min_messages = debug1; set lc_messages = "C"');
  const segments = segmentsOf(
    migration,
    statements.filter((statement) => !endsTransaction(statement)),
  );
  for (const [commit, segment] of segments.entries()) {
    if (run.error) break;
    await run.segment(segment, commit);
  }
  return { statements: run.traces(), milliseconds: performance.now() - started, error: run.error };
}

/** On tables this small every plan is cheap: a sequential scan shall mean that no index could serve, as on the real target. */
const PLANS = 'set local enable_seqscan = off; set local enable_indexonlyscan = off';

class Run {
  error: MigrationTrace['error'];
  readonly #done = new Map<Statement, StatementTrace>();

  constructor(
    readonly client: pg.Client,
    readonly statements: readonly Statement[],
    readonly relations: Relations,
  ) {}

  async session(sql: string): Promise<void> {
    await this.client.query(sql);
  }

  /** In the order of the file. */
  traces(): StatementTrace[] {
    return this.statements.map((statement, index) => this.#done.get(statement) ?? notRun(statement, index));
  }

  async segment(segment: Segment, commit: number): Promise<void> {
    if (segment.kind === 'online') return this.#online(segment.statement, commit);
    if (segment.kind === 'session') return this.#each(statementsOf(segment), commit, await begin(this.client, this.relations));
    await this.session(`begin; ${PLANS}`);
    await this.#each(statementsOf(segment), commit, await begin(this.client, this.relations));
    if (this.error) return this.session('rollback');
    try {
      await this.session('set constraints all immediate; commit');
    } catch (cause) {
      this.error = { cause };
      await this.session('rollback');
    }
  }

  async #each(statements: readonly Statement[], commit: number, before: Standing): Promise<void> {
    let standing = before;
    for (const statement of statements) {
      const facts = await readFacts(this.client, statement, this.relations.known);
      const base = { index: this.statements.indexOf(statement), statement, facts, commit, online: false };
      const measured = await measureStatement(this.client, statement, standing, this.relations);
      if ('cause' in measured) return this.#fail({ ...base, touched: [], outcome: 'failed', skipped: false }, measured.cause);
      standing = measured.standing;
      this.#done.set(statement, { ...base, touched: measured.touched, outcome: 'ran', skipped: measured.skipped });
    }
  }

  async #online(statement: Statement, commit: number): Promise<void> {
    const facts = await readFacts(this.client, statement, this.relations.known);
    const base = { index: this.statements.indexOf(statement), statement, facts, commit, online: true };
    try {
      const { touched, skipped } = await traceOnline(this.client, statement, facts, this.relations);
      this.#done.set(statement, { ...base, touched, outcome: 'ran', skipped });
    } catch (cause) {
      this.#fail({ ...base, touched: [], outcome: 'failed', skipped: false }, cause);
    }
    const { files } = await readRelations(this.client);
    for (const [oid, file] of files) this.relations.files.set(oid, file);
  }

  #fail(trace: StatementTrace, cause: unknown): void {
    this.#done.set(trace.statement, trace);
    this.error = { cause, statement: trace.statement };
  }
}

function notRun(statement: Statement, index: number): StatementTrace {
  const facts = { relations: new Map(), functions: new Map(), types: new Map() };
  return { index, statement, facts, commit: 0, online: false, touched: [], outcome: 'not run', skipped: false };
}
