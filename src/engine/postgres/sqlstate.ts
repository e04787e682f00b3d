import type { Verdict } from '../error.js';
import { STATE } from './states.js';

/** What PostgreSQL reports of an error; `pg` calls it DatabaseError. */
export interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly position?: string | undefined;
  readonly internalPosition?: string | undefined;
  readonly constraint?: string | undefined;
  readonly table?: string | undefined;
  readonly schema?: string | undefined;
  readonly column?: string | undefined;
  readonly severity?: string | undefined;
}

/** Whether an error came from the server with a SQLSTATE, rather than from the socket or from us. */
export function isServerError(error: unknown): error is Error & ServerError {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && typeof (error as { severity?: unknown }).severity === 'string';
}

/** Errors that go away by themselves: lock waits, deadlocks, serialization, connections, restarts, exhausted resources. */
const TRANSIENT = [/^55P03$/, /^40001$/, /^40P01$/, /^08/, /^57P0[1235]$/, /^53/, /^25P0[34]$/, /^25006$/];

/**
 * The verdict for a SQLSTATE (PostgreSQL documentation, appendix A). A cancelled query (57014) is transient when somebody
 * cancelled it, but not when our own statement_timeout did: the next attempt would run as long.
 */
export function verdictOf(error: ServerError): Verdict {
  if (error.code === STATE.fenced) return 'fenced';
  if (error.code === STATE.queryCanceled) return /statement timeout/.test(error.message) ? 'blocked' : 'retry';
  return TRANSIENT.some((pattern) => pattern.test(error.code)) ? 'retry' : 'blocked';
}

/** Whether an error means that the connection is gone, so that the fate of the last message is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  if (isServerError(error)) return /^(08|57P0[1235]|25P0[34])/.test(error.code);
  const { code, message = '' } = error as { code?: string; message?: string };
  return (
    ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'].includes(
      code ?? '',
    ) ||
    /Connection terminated|not queryable|Client was closed|timeout exceeded when trying to connect|timeout expired|Connection ended/i.test(
      message,
    )
  );
}
