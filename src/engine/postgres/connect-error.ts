import { EngineError } from '../error.js';
import { isConnectionLoss, isServerError, verdictOf } from './sqlstate.js';
import { STATE } from './states.js';

/** Login failures that no waiting cures, with the cure for each. */
const HOPELESS: Record<string, string> = {
  [STATE.invalidPassword]: 'Correct the password in the environment variable that `database.env` names.',
  [STATE.invalidAuthorizationSpecification]: 'Correct the user, or let it in through pg_hba.conf.',
  [STATE.invalidCatalogName]: 'Create the database, or correct its name in the connection string.',
  [STATE.protocolViolation]: 'Give the direct address of PostgreSQL; a pooler in between refused the connection.',
  [STATE.insufficientPrivilege]: 'Grant CONNECT on the database to the user of the connection string.',
};

/** Words a failed connection for the operator. The message never holds the connection string. */
export function connectError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { code = '', message } = error as { code?: string; message: string };
  const reason = message || code;
  const cure = HOPELESS[code];
  if (cure) {
    return new EngineError('CONNECT_FAILED', 'refused', `cannot connect to PostgreSQL: ${reason}`, {
      next: cure,
      sqlstate: code,
      cause: error,
    });
  }
  if (['ENOTFOUND', 'ERR_INVALID_URL', 'EINVAL'].includes(code)) {
    return new EngineError('CONNECT_FAILED', 'refused', `cannot connect to PostgreSQL: ${reason}`, {
      next: 'Correct the host in the environment variable that `database.env` names.',
      cause: error,
    });
  }
  const transient = isConnectionLoss(error) || (isServerError(error) && verdictOf(error) === 'retry');
  return new EngineError('CONNECT_FAILED', transient ? 'retry' : 'refused', `cannot connect to PostgreSQL: ${reason}`, {
    next: 'Check that the server runs and that its address in the connection string is right.',
    cause: error,
  });
}
