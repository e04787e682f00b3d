import type { Verdict } from '../error.js';
import { STATE } from './states.js';

/** What PostgreSQL reports of an error; `pg` calls it DatabaseError. */
export interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: string | undefined;
  readonly internalPosition?: string | undefined;
  readonly constraint?: string | undefined;
  readonly table?: string | undefined;
  readonly schema?: string | undefined;
  readonly column?: string | undefined;
  readonly dataType?: string | undefined;
  /** Where in PostgreSQL's own source it was raised: the same in every language. */
  readonly file?: string | undefined;
  readonly routine?: string | undefined;
  readonly severity?: string | undefined;
}

/** Whether an error came from the server with a SQLSTATE, rather than from the socket or from us. */
export function isServerError(error: unknown): error is Error & ServerError {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && typeof (error as { severity?: unknown }).severity === 'string';
}

/** Failures of a statement that go away by themselves: lock waits, deadlocks, serialization, memory and other resources. */
const TRANSIENT = [/^55P03$/, /^40001$/, /^40P01$/, /^53(?!100)/];

/** What the fence of the ledger raises. */
const FENCED =
  /^fenced: (epoch \d+ of deploy [\w-]+ is no longer current \(now epoch \d+\)|this session no longer holds the lock of the target)$/;

/** Whether our own fence has spoken: a file may raise the same SQLSTATE. */
export function isFenced({ code, message }: Pick<ServerError, 'code' | 'message'>): boolean {
  return code === STATE.fenced && FENCED.test(message);
}

/**
 * The verdict for a statement that failed on a session that lives on (PostgreSQL documentation, appendix A; what ends the session is a
 * {@link isConnectionLoss} whatever its SQLSTATE). Class 08 is then about a connection of the statement's own (dblink, a subscription),
 * 25006 about a transaction that the file itself made read only, 57014 about our timeout or a person who cancelled it: none of those passes
 * by itself. Nor does a full disk, which each further attempt would fill again.
 */
export function verdictOf(error: ServerError): Verdict {
  if (isFenced(error)) return 'fenced';
  return TRANSIENT.some((pattern) => pattern.test(error.code)) ? 'retry' : 'blocked';
}

/** SQLSTATEs with which the server itself ends a session: restarts, administrators, timeouts. */
const ENDS_SESSION = /^(57P0[1235]|25P0[34])$/;

/**
 * Whether an error of a statement of ours means that the connection is gone, so that the fate of the last message is unknown. The word for
 * FATAL is another one in some languages of the server; the states with which it ends a session are known.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (isServerError(error)) return error.severity === 'FATAL' || error.severity === 'PANIC' || ENDS_SESSION.test(error.code);
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
