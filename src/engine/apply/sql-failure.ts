import { EngineError, type Place } from '../error.js';
import type { Migration } from '../files/migration.js';
import { excerptAt, placeAt, type Statement } from '../files/statements.js';
import { isConnectionLoss, isServerError, verdictOf, type ServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';

/** What is known of the failure of a statement of the user's. */
export interface FailedStatement {
  readonly migration: Migration;
  /** The statement that failed, where it is known. */
  readonly statement?: Statement | undefined;
  /** Offset in the migration's SQL that PostgreSQL pointed at. */
  readonly offset?: number | undefined;
  readonly showValues: boolean;
}

/** Words an error from PostgreSQL for the operator: verdict, file:line:column, caret; without SQL text and row values. */
export function sqlFailure(error: unknown, failed: FailedStatement): EngineError {
  const { migration } = failed;
  if (isConnectionLoss(error)) {
    return new EngineError(
      'CONNECTION_LOST',
      'retry',
      `the connection was lost while ${migration.path} ran: ${(error as Error).message}`,
      {
        next: 'The ledger tells whether it was committed; it is read again on the next attempt.',
        version: migration.version,
        sqlstate: isServerError(error) ? error.code : undefined,
        cause: error,
      },
    );
  }
  if (!isServerError(error)) throw error;
  const place = placeOf(failed);
  const where = place ? `${place.file}:${place.line}:${place.column}` : migration.path;
  const message = failed.showValues ? error.message : withoutValues(error, migration.sql);
  const lockTimeout = error.code === STATE.lockNotAvailable;
  const code = lockTimeout ? 'LOCK_TIMEOUT' : error.code === STATE.fenced ? 'LEASE_FENCED' : 'SQL_FAILED';
  return new EngineError(code, verdictOf(error), `${where}: ${message} (SQLSTATE ${error.code})`, {
    next: adviceFor(error),
    place,
    excerpt: place && excerptAt(migration.sql, place),
    sqlstate: error.code,
    version: migration.version,
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

const ADVICE: [RegExp, string][] = [
  [/^55P03$/, 'End the session that is named as blocker, or retry with a longer lockTimeout.'],
  [/^(40P01|40001)$/, 'Retry at a quieter hour: other transactions want the same rows or tables.'],
  [/^25001$/, 'This statement cannot run in a transaction: put `-- pawl:no-transaction` at the top of the file.'],
  [/^2D000$/, 'This code commits by itself: put `-- pawl:autocommit <why it may run twice>` above the statement.'],
  [/^55P04$/, 'A new enum label can be used only after it is committed: use it in the next migration.'],
  [/^23/, 'Correct the data (or the file), then retry.'],
  [/^42501$/, 'Grant the right to the user of the connection string, then retry.'],
  [/^53100$/, 'Make room on the disk of the database server, then retry.'],
  [/^53300$/, 'Free connections of the database server, or raise max_connections, then retry.'],
  [/^53/, 'The database server lacks memory or other resources: free some, then retry.'],
  [/^57014$/, 'It ran longer than statementTimeout: raise it in the config, or split the migration.'],
  [/^42/, 'Correct the file and deploy again: the fixed release takes the place of this one.'],
];

function adviceFor(error: ServerError): string {
  return (
    ADVICE.find(([pattern]) => pattern.test(error.code))?.[1] ??
    'Correct the file and deploy again, or correct the cause and retry.'
  );
}
