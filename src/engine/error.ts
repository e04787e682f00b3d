/**
 * What should happen next to work that failed:
 * `retry` cures itself in time; `blocked` waits for a person's decision; `fenced` means that a newer owner has
 * taken over, so this attempt must stop and touch nothing; `refused` means that nothing was started;
 * `cancelled` was asked for.
 */
export type Verdict = 'retry' | 'blocked' | 'fenced' | 'refused' | 'cancelled';

/** A place in a file of the user's; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface EngineErrorOptions {
  /** What the operator does next, as a sentence. */
  readonly next: string;
  readonly place?: Place | undefined;
  /** The source line with a caret under the fault. Holds text of the user's file: show it in terminals and logs only. */
  readonly excerpt?: string | undefined;
  /** PostgreSQL's own words where `message` withholds some: they may hold row values, so a person's own terminal is the only place for them. */
  readonly whole?: string | undefined;
  readonly sqlstate?: string | undefined;
  readonly version?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error that leaves the engine. `code` is stable and documented in docs/errors.md, `message` says what happened
 * without SQL text or row values, `next` says what to do.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly next: string;
  readonly place: Place | undefined;
  readonly excerpt: string | undefined;
  readonly whole: string | undefined;
  readonly sqlstate: string | undefined;
  readonly version: string | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly verdict: Verdict,
    message: string,
    options: EngineErrorOptions,
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.next = options.next;
    this.place = options.place;
    this.excerpt = options.excerpt;
    this.whole = options.whole;
    this.sqlstate = options.sqlstate;
    this.version = options.version;
  }
}

/** Every code an {@link EngineError} may carry. */
export type ErrorCode =
  | 'FILES_MISSING_DIRECTORY'
  | 'FILES_BAD_NAME'
  | 'FILES_DUPLICATE_VERSION'
  | 'FILES_UNKNOWN_VERSION'
  | 'FILES_NOT_UTF8'
  | 'FILES_UNSUPPORTED'
  | 'FILES_DIRECTIVE'
  | 'FILES_EMPTY'
  | 'FILES_FORMAT'
  | 'FILES_PLACEHOLDER'
  | 'FILES_CHECKSUM'
  | 'FILES_TOO_LARGE'
  | 'FILES_SIGNERS'
  | 'SQL_COPY_WITHOUT_DATA'
  | 'SQL_SYNTAX'
  | 'SQL_TRANSACTION_CONTROL'
  | 'SQL_PSQL_COMMAND'
  | 'SQL_SESSION_BREAKING'
  | 'SQL_FAILED'
  | 'CONNECT_FAILED'
  | 'CONNECT_POOLER'
  | 'CONNECT_READ_ONLY'
  | 'CONNECT_PERMISSION'
  | 'CONNECTION_LOST'
  | 'SERVER_CHANGED'
  | 'RELEASE_DIFFERS'
  | 'WRONG_DATABASE'
  | 'LEDGER_FOREIGN_TARGET'
  | 'LEDGER_OTHER_ENVIRONMENT'
  | 'LEDGER_TOO_NEW'
  | 'LEDGER_UNTRUSTED'
  | 'LEDGER_DAMAGED'
  | 'LEDGER_RENAMED'
  | 'LEDGER_EDITED'
  | 'LEDGER_INCOMPLETE'
  | 'LEASE_BUSY'
  | 'LEASE_FENCED'
  | 'LOCK_BUSY'
  | 'LOCK_TIMEOUT'
  | 'LEGACY_DIRTY'
  | 'LEGACY_UNKNOWN_TOOL'
  | 'LEGACY_AMBIGUOUS'
  | 'LEGACY_MISSING'
  | 'LEGACY_UNKNOWN_VERSION'
  | 'LEGACY_SUSPECT'
  | 'LEGACY_UNSUPPORTED'
  | 'LEGACY_DIVERGED'
  | 'LEGACY_RETIRE'
  | 'INDEX_CONFLICT'
  | 'INDEX_INVALID'
  | 'CONSTRAINT_CONFLICT'
  | 'CONSTRAINT_MISSING'
  | 'CONSTRAINT_UNSUPPORTED'
  | 'CONSTRAINT_NO_TABLE'
  | 'CONSTRAINT_VIOLATED'
  | 'SQUASH_PROGRAMS'
  | 'SQUASH_IMPOSSIBLE'
  | 'SQUASH_ROWS'
  | 'SQUASH_DIFFERS'
  | 'START_STATE'
  | 'OWNERS_STILL_OWNS'
  | 'SIGNATURE_INVALID'
  | 'SIGNER_UNKNOWN'
  | 'SIGNER_EXPIRED'
  | 'ASSERTION_FAILED'
  | 'ASSERTION_SHAPE'
  | 'ROLLBACK_IMPOSSIBLE'
  | 'AMEND_IMPOSSIBLE'
  | 'CLAIM_IMPOSSIBLE'
  | 'AWAIT_TIMEOUT'
  | 'CATALOG_UNREADABLE'
  | 'BACKFILL_UNFIT'
  | 'BACKFILL_MISSING'
  | 'BACKFILL_NONE'
  | 'MEMBER_NOT_MADE'
  | 'BACKFILL_UNFINISHED'
  | 'BLOCKING_OTHERS'
  | 'EXEC_FAILED'
  | 'EXEC_TIMEOUT'
  | 'SIGNAL_FAILED'
  | 'SIGNAL_UNHEALTHY'
  | 'POSTGRES_UNAVAILABLE'
  | 'TEMPORAL_UNAVAILABLE'
  | 'CANCELLED';
