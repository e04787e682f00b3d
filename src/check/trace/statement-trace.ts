import type { Statement } from '../../engine/files/statements.js';
import type { Facts } from '../facts/facts.js';
import type { Loss } from '../facts/losses.js';
import type { LockMode } from './lock-mode.js';

/** Work whose length grows with the table, heaviest first: a rewrite builds the indexes, which reads the table. */
export const WORKS = ['rewrite', 'index build', 'scan'] as const;
export type Work = (typeof WORKS)[number];

/** One relation of before the deploy, as a statement left it. */
export interface Touched {
  readonly oid: string;
  /** Strongest mode held on it when the statement ended. */
  readonly mode: LockMode;
  /** Whether this statement took the lock or made it stronger. */
  readonly taken: boolean;
  /** What this statement did to it. */
  readonly work: readonly Work[];
}

/** One statement of a migration and what it did, measured. */
export interface StatementTrace {
  readonly index: number;
  readonly statement: Statement;
  /** The catalog as it was just before. */
  readonly facts: Facts;
  /** Which commit of the migration it belongs to, from 0. */
  readonly commit: number;
  /** Outside a transaction: its locks end with it, and their modes come from PostgreSQL's manual, not from a measurement. */
  readonly online: boolean;
  /** Empty for a statement that failed or was not run. */
  readonly touched: readonly Touched[];
  readonly outcome: 'ran' | 'failed' | 'not run';
  /** IF NOT EXISTS found something and did nothing. */
  readonly skipped: boolean;
  /** How many of its objects IF EXISTS did not find. */
  readonly absent: number;
}

/** What applications lost with one commit of the migration, counted from 0. */
export type CommittedLoss = Loss & { readonly commit: number };

/** A migration's trace; `error` is PostgreSQL's, of the statement with the outcome `failed` (or of the commit). */
export interface MigrationTrace {
  readonly statements: readonly StatementTrace[];
  readonly losses: readonly CommittedLoss[];
  readonly milliseconds: number;
  readonly error?: { readonly cause: unknown; readonly statement?: Statement | undefined } | undefined;
}
