import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { ownMessage } from '../postgres/failure.js';
import { isFenced, isServerError, verdictOf } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import { connectionLost } from './sql-failure.js';

/** With these PostgreSQL says that a row of ours, which is counted, was swallowed: by a trigger (22012) or by a rule (0A000). */
const NOT_WRITTEN: readonly string[] = [STATE.divisionByZero, STATE.featureNotSupported];

/** How the fence ends where there is no lease that could have another epoch. */
const LEASE_IS_GONE = '(now epoch )';

/**
 * Describes the failure of a statement of Pawl's own that runs in the transaction of a migration: rows of the ledger, of the journal, of
 * the tracker of a former tool. The statements of the file are not at fault, so that no line of it is named.
 * @param lost whether the session ended with it
 */
export function ownFailure(error: Error, migration: Migration, lost: boolean): EngineError {
  if (lost) return connectionLost(error, { migration, showValues: false });
  if (!isServerError(error)) throw error;
  const { code } = error;
  const options = { sqlstate: code, version: migration.version, cause: error };
  if (isFenced(error)) {
    return new EngineError('LEASE_FENCED', 'fenced', `${migration.path}: ${ownMessage(error)} (SQLSTATE ${code})`, {
      ...options,
      next: 'Nothing was changed. Follow the newer deploy with `pawl status`.',
    });
  }
  if (code === STATE.fenced && error.message.endsWith(LEASE_IS_GONE)) {
    return new EngineError(
      'LEDGER_DAMAGED',
      'blocked',
      `${migration.path} is rolled back: the row of the lease is gone from the ledger, without which nothing is recorded`,
      { ...options, next: 'Take out what deletes it, in the file or elsewhere, then retry.' },
    );
  }
  if (NOT_WRITTEN.includes(code)) {
    return new EngineError(
      'LEDGER_DAMAGED',
      'blocked',
      `${migration.path} is rolled back: its row in the ledger was not written, because a trigger or a rule there swallows it`,
      {
        ...options,
        next: "Remove the triggers and rules that are not Pawl's own from the tables of the ledger (`\\d` in psql lists them), then retry.",
      },
    );
  }
  if (code === STATE.queryCanceled) {
    return new EngineError(
      'SQL_FAILED',
      'retry',
      `${migration.path} is rolled back: it was cancelled while its row was written`,
      {
        ...options,
        next: 'Where the file sets statement_timeout, let it end with RESET statement_timeout.',
      },
    );
  }
  const message = `${migration.path} is rolled back: a row that Pawl writes beside it was refused: ${ownMessage(error)} (SQLSTATE ${code})`;
  return new EngineError('SQL_FAILED', verdictOf(error), message, {
    ...options,
    next:
      code === STATE.insufficientPrivilege
        ? 'The statements of the file are not at fault. `pawl grants --check` says which rights on the ledger are missing; where it is the table of the former tool, grant that. Then retry.'
        : 'The statements of the file are not at fault. Correct the cause (a trigger, a constraint or a right on the tables of the ledger or on that of the former tool), then retry.',
  });
}
