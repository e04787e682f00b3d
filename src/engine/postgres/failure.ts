import { EngineError } from '../error.js';
import { isConnectionLoss, isFenced, isServerError, verdictOf, type ServerError } from './sqlstate.js';
import { STATE } from './states.js';
import { withoutValues } from './without-values.js';

/** What the ledger is made of, once it is there. */
const MISSING = new Set<string>([STATE.undefinedTable, STATE.undefinedColumn, STATE.invalidSchemaName]);

/**
 * Words an error of a statement of ours (lock, ledger, catalog) as the engine's; anything else stays as it is. Without it a server that
 * restarts between two statements of ours would look like a defect, which nobody retries.
 */
export function engineFailure(error: unknown): unknown {
  if (error instanceof EngineError) return error;
  if (isConnectionLoss(error)) {
    return new EngineError(
      'CONNECTION_LOST',
      'retry',
      `the connection to PostgreSQL was lost: ${isServerError(error) ? ownMessage(error) : (error as Error).message}`,
      {
        next: 'The ledger tells what was committed; it is read again on the next attempt.',
        sqlstate: isServerError(error) ? error.code : undefined,
        cause: error,
      },
    );
  }
  if (!isServerError(error)) return error;
  const options = { sqlstate: error.code, cause: error };
  if (isFenced(error)) {
    return new EngineError('LEASE_FENCED', 'fenced', ownMessage(error), {
      ...options,
      next: 'Nothing was changed. Follow the newer deploy with `pawl status`.',
    });
  }
  if (MISSING.has(error.code)) {
    return new EngineError(
      'LEDGER_DAMAGED',
      'blocked',
      `the ledger cannot be used: ${ownMessage(error)} (SQLSTATE ${error.code})`,
      {
        ...options,
        next: 'Somebody changed or dropped its tables. Restore them from a backup, then retry; nothing is applied while it is unknown what is applied.',
      },
    );
  }
  if (error.code === STATE.insufficientPrivilege) return missingRight(error);
  // Whoever cancels a look of ours does no harm by it, nor does the next attempt.
  const verdict = error.code === STATE.queryCanceled ? 'retry' : verdictOf(error);
  return new EngineError('SQL_FAILED', verdict, `${ownMessage(error)} (SQLSTATE ${error.code})`, {
    ...options,
    next: 'This was a statement of Pawl itself. Correct the cause that PostgreSQL names, then retry.',
  });
}

/** A right that a statement of ours needs and the user does not have. */
function missingRight(error: ServerError): EngineError {
  return new EngineError('CONNECT_PERMISSION', 'refused', `the user lacks a right: ${ownMessage(error)} (SQLSTATE 42501)`, {
    sqlstate: error.code,
    cause: error,
    next: '`pawl grants --check` says which rights on the ledger are missing, with the statements that give them.',
  });
}

/**
 * What the server says of a statement of ours, without values: it may stumble over what is in the tables of other tools, or in a trigger of
 * the user's.
 */
export function ownMessage(error: ServerError): string {
  const name = (text: string): boolean => !/^2[23]/.test(error.code) && /^[\w$]+$/.test(text);
  return withoutValues(error, { name, text: () => undefined });
}
