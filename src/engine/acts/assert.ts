import type pg from 'pg';
import type { Control } from '../control.js';
import { EngineError } from '../error.js';
import { placeAt } from '../files/place.js';
import { loadGrammar, parseStatements, type Statement } from '../files/statements.js';
import { connect } from '../postgres/connect.js';
import { OWN_PATH } from '../postgres/settings.js';
import { engineFailure } from '../postgres/failure.js';
import { sqlFailure } from '../apply/sql-failure.js';
import { observed } from '../apply/observer.js';
import type { EngineTarget } from '../target.js';

/** A file of SQL that must be true. */
export interface AssertionFile {
  readonly name: string;
  readonly path: string;
  readonly sql: string;
}

/**
 * Runs assertions, read only: each statement of a file must answer at least one row, and every value in it must be `true`;
 * a DO block must end without an exception.
 * @returns how many statements held
 * @throws EngineError `ASSERTION_FAILED`, `ASSERTION_SHAPE`, `SQL_FAILED`
 */
export async function assertFiles(target: EngineTarget, files: readonly AssertionFile[], control: Control): Promise<number> {
  await loadGrammar();
  const session = await connect({
    url: target.url,
    application: 'pawl:assert',
    lockTimeout: target.lockTimeout,
    statementTimeout: target.statementTimeout,
  });
  try {
    await session.client.query(OWN_PATH);
    let held = 0;
    for (const file of files) {
      const doing = { name: file.name, doing: 'asserting', applied: held };
      control.signal.throwIfAborted();
      control.report(doing);
      held += await observed(session, target, control, doing, () => assertFile(session.client, target, file));
    }
    return held;
  } catch (error) {
    throw engineFailure(error);
  } finally {
    await session.close();
  }
}

async function assertFile(client: pg.Client, target: EngineTarget, file: AssertionFile): Promise<number> {
  const statements = parseStatements(file.sql, file.path);
  await client.query('begin transaction read only');
  for (const statement of statements) await assertStatement(client, target, file, statement);
  await client.query('rollback');
  return statements.length;
}

async function assertStatement(
  client: pg.Client,
  target: EngineTarget,
  file: AssertionFile,
  statement: Statement,
): Promise<void> {
  const place = placeAt(file.sql, statement.start, file.path);
  const where = `${file.path}:${place.line}`;
  const result = await client.query<unknown[]>({ text: statement.text, rowMode: 'array' }).catch((error: unknown) => {
    throw sqlFailure(error, { migration: { path: file.path, sql: file.sql }, statement, showValues: target.showValues });
  });
  if (result.command === 'DO') return;
  const values = result.rows.flat();
  if (values.length === 0 || values.some((value) => typeof value !== 'boolean' && value !== null)) {
    throw new EngineError('ASSERTION_SHAPE', 'blocked', `${where}: this statement does not answer true or false`, {
      next: 'Write an assertion as SELECT <condition>, for example: SELECT count(*) = 0 FROM orders WHERE total < 0;',
      place,
    });
  }
  if (values.every((value) => value === true)) return;
  throw new EngineError('ASSERTION_FAILED', 'blocked', `${where}: the assertion does not hold`, {
    next: 'Run the file with psql to see why; correct the data or the schema, then retry.',
    place,
  });
}
