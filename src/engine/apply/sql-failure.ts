import { EngineError, type Place } from '../error.js';
import type { Migration } from '../files/migration.js';
import { excerptAt, placeAt, type Statement } from '../files/statements.js';
import { isConnectionLoss, isServerError, verdictOf, type ServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import { adviceFor } from './advice.js';

/** What is known of the failure of a statement of the user's. */
export interface FailedStatement {
  readonly migration: Migration;
  /** The statement that failed, where it is known. */
  readonly statement?: Statement | undefined;
  /** Offset in the migration's SQL that PostgreSQL pointed at. */
  readonly offset?: number | undefined;
  readonly showValues: boolean;
  /** Whether the session ended with it; the error's word counts where it is not known. */
  readonly lost?: boolean | undefined;
  /** The `statementTimeout` of the target, in milliseconds, where the statement ran that long. */
  readonly timedOut?: number | undefined;
}

/** Words an error from PostgreSQL for the operator: verdict, file:line:column, caret; without SQL text and row values. */
export function sqlFailure(error: unknown, failed: FailedStatement): EngineError {
  const { migration } = failed;
  // A transaction_timeout ends the session inside of the transaction, which is rolled back; the next attempt would take as long.
  const timedOut = isServerError(error) && error.code === STATE.transactionTimeout;
  if ((failed.lost ?? isConnectionLoss(error)) && !timedOut) return connectionLost(error, migration);
  if (!isServerError(error)) throw error;
  const place = placeOf(failed);
  const where = place ? `${place.file}:${place.line}:${place.column}` : migration.path;
  const message = failed.showValues ? error.message : withoutValues(error, migration.sql);
  const lockTimeout = error.code === STATE.lockNotAvailable;
  const code = lockTimeout ? 'LOCK_TIMEOUT' : error.code === STATE.fenced ? 'LEASE_FENCED' : 'SQL_FAILED';
  return new EngineError(code, verdictOf(error), `${where}: ${message} (SQLSTATE ${error.code})`, {
    next: adviceFor(error, { statement: failed.statement, timedOut: failed.timedOut, sql: migration.sql }),
    place,
    excerpt: place && excerptAt(migration.sql, place),
    sqlstate: error.code,
    version: migration.version,
    cause: error,
  });
}

/** The session ended, so that only the ledger can say what became of the last message. */
export function connectionLost(error: unknown, { path, version }: Pick<Migration, 'path' | 'version'>): EngineError {
  return new EngineError('CONNECTION_LOST', 'retry', `the connection was lost while ${path} ran: ${(error as Error).message}`, {
    next: 'The ledger tells whether it was committed; it is read again on the next attempt.',
    version,
    sqlstate: isServerError(error) ? error.code : undefined,
    cause: error,
  });
}

function placeOf({ migration, statement, offset }: FailedStatement): Place | undefined {
  const at = offset ?? statement?.start;
  return at === undefined ? undefined : placeAt(migration.sql, at, migration.path);
}

/**
 * PostgreSQL keeps row values in DETAIL, which is never taken; but class 22 quotes the bad input at the end of the message,
 * and RAISE says whatever its author wrote. Such a message passes only where it stands in the file to the letter.
 */
export function withoutValues(error: ServerError, sql: string): string {
  if (error.code === STATE.raiseException)
    return sql.includes(error.message.replaceAll("'", "''"))
      ? error.message
      : 'raised an exception (its text may hold row values; PAWL_SHOW_VALUES=1 in the environment of the worker shows it)';
  if (error.code.startsWith('22'))
    return error.message.replace(/: ".*"$/s, ': "…"').replace(/"[^"]*" is out of range/s, '"…" is out of range');
  return error.message;
}
