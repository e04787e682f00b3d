import { EngineError } from '../error.js';
import { AddressError } from './address/address-error.js';
import { TlsUnavailable } from './dial.js';
import { LoginRefused, NoAnswer, NoPassword } from './login.js';
import { isConnectionLoss, isServerError, verdictOf, type ServerError } from './sqlstate.js';
import { STATE } from './states.js';
import { tlsFailure } from './tls-failure.js';

/** Login failures that no waiting cures, with the cure for each. */
const HOPELESS: Readonly<Record<string, string>> = {
  [STATE.invalidPassword]:
    'Correct the password in the environment variable that `database.env` names, or the command that gives it.',
  [STATE.invalidAuthorizationSpecification]: 'Correct the user, or let it in through pg_hba.conf.',
  [STATE.invalidCatalogName]: 'Create the database, or correct its name in the connection string.',
  [STATE.protocolViolation]: 'Give the direct address of PostgreSQL; a pooler in between refused the connection.',
  [STATE.insufficientPrivilege]:
    'Grant what PostgreSQL names: CONNECT on the database, or membership in the role that `role` or `options` names.',
  [STATE.invalidParameterValue]: 'Correct the settings in the connection string (`options`, `role`, `search_path`).',
  [STATE.undefinedObject]: 'Correct the settings in the connection string (`options`).',
};

/**
 * PgBouncer has one SQLSTATE (08P01) for all that it says itself. With these words, which it translates into no language, it says that the server
 * behind it is away or that it is full itself; both pass.
 */
const POOLER_WAITS =
  /^(server conn crashed\?|server connection closed|server login has been failing, try again later|client_login_timeout|query_wait_timeout|no more connections allowed)/;

/** What a person does about an error of the server that no waiting cures; undefined where it may pass. */
function hopeless({ code, message }: ServerError): string | undefined {
  return code === STATE.protocolViolation && POOLER_WAITS.test(message) ? undefined : HOPELESS[code];
}

/** What a person does about errors that are not the server's. */
function cureOf(error: unknown): string | undefined {
  if (error instanceof AddressError) return 'Correct the connection string.';
  if (error instanceof TlsUnavailable)
    return 'Switch TLS on in the server (ssl = on); or, where the network is trusted, say sslmode=prefer or disable in the address.';
  if (error instanceof NoPassword)
    return 'Give it in the address, in PGPASSWORD, in a password file that only you may read (~/.pgpass, chmod 600), or by `password: { command: [...] }`.';
  if (error instanceof LoginRefused) return 'Let the server ask for another way to log in (pg_hba.conf), or correct the address.';
  const { code = '' } = error as { code?: string };
  if (['ENOTFOUND', 'ERR_INVALID_URL', 'EINVAL', 'ENOENT'].includes(code))
    return 'Correct the host in the environment variable that `database.env` names.';
  return tlsFailure(error)?.cure;
}

/** Formats a failed connection for the operator. The message never holds the connection string, nor a host that was not reached. */
export function connectError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { code = '' } = error as { code?: string };
  const fatal = isServerError(error) ? hopeless(error) : cureOf(error);
  const passing = isConnectionLoss(error) || error instanceof NoAnswer || (isServerError(error) && verdictOf(error) === 'retry');
  const verdict = fatal === undefined && passing ? 'retry' : 'refused';
  return new EngineError('CONNECT_FAILED', verdict, `cannot connect to PostgreSQL: ${describeFailure(error)}`, {
    next: fatal ?? 'Check that the server runs and that its address in the connection string is right.',
    ...(isServerError(error) && { sqlstate: code }),
    cause: error,
  });
}

/** Whether a server answered: also with a refusal, such as too many connections. */
export function isAnswer(error: unknown): boolean {
  return isServerError(error) || (error instanceof EngineError && isServerError(error.cause));
}

/** Characters of what a server says before it has let anybody in: it may be any program. */
const LONGEST = 500;

/** What went wrong, without a name that may be a piece of a password. */
export function describeFailure(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (error instanceof AddressError) return `the connection string ${message}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name of the host cannot be resolved (${code})`;
  if (code === 'ENOENT') return 'no server listens on the Unix socket of the address';
  const told = tlsFailure(error)?.cause ?? (message || code);
  return told.length > LONGEST ? `${told.slice(0, LONGEST)}…` : told;
}
