import { EngineError, type Place } from '../error.js';
import { fileText, type Migration } from '../files/migration.js';
import { wordsOf, type Words } from '../files/names.js';
import type { Statement } from '../files/statements.js';
import { writtenExcerpt, writtenPlace } from '../files/written.js';
import { aboutObjects } from '../postgres/about-objects.js';
import { withoutValues } from '../postgres/without-values.js';
import { NO_COPY_DATA } from './script.js';
import { isConnectionLoss, isFenced, isServerError, verdictOf, type ServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import { adviceFor } from './advice.js';

/** What is known of the failure of a statement of the user's. */
export interface FailedStatement {
  /** A file without a version, such as one of assertions, is not one that a decision could leave out. */
  readonly migration: Pick<Migration, 'path' | 'sql' | 'text'> & Partial<Pick<Migration, 'version'>>;
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
  if ((failed.lost ?? isConnectionLoss(error)) && !timedOut) return connectionLost(error, failed);
  if (!isServerError(error)) throw error;
  const place = placeOf(failed);
  const where = place ? `${place.file}:${place.line}:${place.column}` : migration.path;
  const message = messageOf(error, failed);
  const lockTimeout = error.code === STATE.lockNotAvailable;
  const code = lockTimeout ? 'LOCK_TIMEOUT' : isFenced(error) ? 'LEASE_FENCED' : 'SQL_FAILED';
  return new EngineError(
    code,
    verdictOf(error),
    `${where}: ${message} (SQLSTATE ${error.code})${failed.showValues ? wholeAddition(error) : aboutObjects(error)}`,
    {
      next: adviceFor(error, { statement: failed.statement, timedOut: failed.timedOut, sql: migration.sql }),
      place,
      excerpt: place && writtenExcerpt(migration, place),
      whole: failed.showValues ? undefined : withheld(error, message),
      sqlstate: error.code,
      version: migration.version,
      cause: error,
    },
  );
}

/** What the server says besides, whole: DETAIL may be the row. */
function wholeAddition({ detail, hint }: ServerError): string {
  return `${detail ? `. DETAIL: ${detail}` : ''}${hint ? `. HINT: ${hint}` : ''}`;
}

/** PostgreSQL's own words, where some of them are not shown. */
function withheld(error: ServerError, message: string): string | undefined {
  const whole = `${error.message}${wholeAddition(error)}`;
  return whole === `${message}${aboutObjects(error)}` ? undefined : whole;
}

/** The session ended, so that only the ledger can say what became of the last message. */
export function connectionLost(error: unknown, failed: Pick<FailedStatement, 'migration' | 'showValues'>): EngineError {
  const { path, version } = failed.migration;
  const message = isServerError(error) ? messageOf(error, failed) : (error as Error).message;
  return new EngineError('CONNECTION_LOST', 'retry', `the connection was lost while ${path} ran: ${message}`, {
    next: 'The ledger tells whether it was committed; it is read again on the next attempt.',
    version,
    sqlstate: isServerError(error) ? error.code : undefined,
    cause: error,
  });
}

function placeOf({ migration, statement, offset }: FailedStatement): Place | undefined {
  const at = offset ?? statement?.start;
  return at === undefined ? undefined : writtenPlace(migration, at);
}

/**
 * What of a message may be shown: names that the file says, as it was written, without values of placeholders; and what RAISE says where
 * that is a literal of the file.
 */
function messageOf(error: ServerError, { migration, showValues }: Pick<FailedStatement, 'migration' | 'showValues'>): string {
  if (showValues) return error.message;
  if (error.message.endsWith(NO_COPY_DATA)) return NO_COPY_DATA;
  // A large file takes seconds to read, in which no heartbeat goes out; most messages ask for no word of it.
  let words: Words | undefined;
  const read = (): Words => (words ??= wordsOf(fileText(migration)));
  return withoutValues(error, {
    name: (name) => read().names.has(name),
    text: (message) => (read().raised.includes(message) ? message : formatOf(message, read().raised)),
  });
}

/** A longer message is not compared with formats, which takes time. */
const LONGEST_COMPARED = 2_000;

/** The format of a RAISE that gives a message, with its `%` left open. */
function formatOf(message: string, raised: readonly string[]): string | undefined {
  if (message.length > LONGEST_COMPARED) return undefined;
  const format = raised.find((literal) => {
    if (!literal.includes('%') || !/\p{L}{2}/u.test(literal)) return false;
    const parts = literal.split(/(?<!%)%(?!%)/).map((part) => part.replaceAll('%%', '%'));
    return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*')}$`).test(message);
  });
  return format?.replace(/%%|%/g, (mark) => (mark === '%%' ? '%' : '…'));
}
