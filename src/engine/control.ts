import type { StopWhile } from './target.js';

/** A session in PostgreSQL that waits for ours, or that ours waits for. */
export interface SessionView {
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  readonly state: string;
  /** Age of its transaction, or of its connection where it has none; null where the role may not see it. */
  readonly seconds: number | null;
  /** Only where the target sets `showQueries`. */
  readonly query?: string | undefined;
}

/** What a long piece of work tells about itself while it goes on. */
export interface Progress {
  readonly version?: string | undefined;
  readonly name?: string | undefined;
  /** What is being done: `applying`, `waiting for the lock`, `waiting for an index build of an earlier attempt`. */
  readonly doing: string;
  /** Applied so far in this piece of work. */
  readonly applied?: number | undefined;
  /** Which statement of the file runs, from 1, where it is known. */
  readonly statement?: number | undefined;
  /** How long the statement runs, in seconds. */
  readonly seconds?: number | undefined;
  readonly waitsFor?: readonly SessionView[] | undefined;
  readonly blocks?: readonly SessionView[] | undefined;
  /** From pg_stat_progress_create_index: phase and share done. */
  readonly build?: { readonly phase: string; readonly percent: number | null } | undefined;
  readonly backfill?: BackfillProgress | undefined;
}

/** What may hold a backfill up. */
export type BackfillHold = Exclude<keyof StopWhile, 'replicas' | 'outside'> | 'between' | 'pause' | 'unseen';

/** How far a backfill is. */
export interface BackfillProgress {
  readonly version: string;
  /** Rows changed or added so far. */
  readonly rows: number;
  /** Of the table's rows that it has gone through, by the table's statistics; undefined where they say nothing. */
  readonly percent?: number | undefined;
  /** Rows of the table that it goes through in a second, at present. */
  readonly rate?: number | undefined;
  /** Seconds that are left, at that rate. */
  readonly seconds?: number | undefined;
  /** Rows of the table in the next batch. */
  readonly size?: number | undefined;
  /** What holds it up just now. */
  readonly waits?: string | undefined;
  /** The setting that holds it up, by its name in the configuration; `pause` for an operator, `unseen` where a look failed. */
  readonly heldBy?: BackfillHold | undefined;
  /** What is done between two batches, where that is none of them. */
  readonly between?: string | undefined;
  /** Who has paused it. */
  readonly pausedBy?: string | undefined;
}

/**
 * Reason of an aborted {@link Control.signal}: this process ends, the deploy does not. A transaction is rolled back as with a cancel; an
 * index build goes on in the server, where the next attempt finds it, as it does after a SIGKILL.
 *
 * @example controller.abort(new Shutdown())
 */
export class Shutdown extends Error {
  override readonly name = 'Shutdown';

  constructor() {
    super('this process is shutting down');
  }
}

/** What the server says beside results while a file runs: RAISE NOTICE and WARNING, "does not exist, skipping", a collation that changed. */
export interface Notice {
  readonly kind: 'notice' | 'warning';
  /** May hold values of rows. */
  readonly text: string;
}

/** How the caller follows and stops a piece of work of the engine. */
export interface Control {
  /** Aborted when the work is to stop: the running statement is cancelled and its transaction rolled back; see {@link Shutdown}. */
  readonly signal: AbortSignal;
  report(progress: Progress): void;
  /** Gets what PostgreSQL says beside its results while files run. */
  readonly hear?: ((notice: Notice) => void) | undefined;
}
