import { fingerprint } from '../files/fingerprint.js';
import { readMigration } from '../files/inspect.js';
import type { Migration } from '../files/migration.js';
import type { Statement } from '../files/statements.js';
import type { Intent } from '../ledger/intents.js';
import { resumeOf, type Resume } from '../plan/half-applied.js';
import type { PendingMigration } from '../plan/pending.js';
import { isOneMessage } from './messages.js';
import { segmentsOf, type Segment, type StepsOf } from './segments.js';

/** A migration that was read: what it consists of, and how what is still to do of it will run. */
export interface Prepared {
  readonly migration: Migration;
  readonly late: boolean;
  readonly statements: readonly Statement[];
  /** Without what is committed already. */
  readonly segments: readonly Segment[];
  /** As the ledger keeps it (see {@link fingerprint}). */
  readonly statementsChecksum: string;
  /** Where an earlier attempt has left something in the journal. */
  readonly resume: Resume | undefined;
}

/**
 * Reads a pending migration.
 * @param journal its entries
 * @param signal ends the waiting for a large file
 * @throws EngineError as {@link readMigration} and {@link resumeOf}
 */
export async function prepareMigration(
  { migration, late }: PendingMigration,
  journal: readonly Intent[] = [],
  stepsOf?: StepsOf,
  signal?: AbortSignal,
): Promise<Prepared> {
  const statements = await readMigration(migration, signal);
  const resume = journal.length > 0 ? resumeOf(migration, statements, journal) : undefined;
  const segments = segmentsOf(migration, statements, stepsOf, resume);
  return { migration, late, statements, segments, statementsChecksum: fingerprint(statements, migration.data), resume };
}

/** Whether it is one transaction from its first statement to its last, and nothing of it was run before. */
export function isWhole({ segments, resume }: Prepared): boolean {
  return !resume && (segments.length === 0 || (segments.length === 1 && segments[0]!.kind === 'transaction'));
}

/**
 * Whether it may change what sessions begin with (ALTER DATABASE ... SET, ALTER ROLE ... SET), in its code too. The session that runs it
 * began before; the next migration is to find the same whether it comes in this deploy or in a later one.
 */
export function changesDefaults({ migration: { sql } }: Prepared): boolean {
  return /\balter\s+(?:database|role|user)\b/i.test(sql) && /\b(?:re)?set\b/i.test(sql);
}

/** Whether it is sent at once, so that another one may wait behind it, or it behind another: COPY would take what follows for its data. */
export function isSentAtOnce({ migration }: Prepared): boolean {
  return isOneMessage(migration.sql) && !migration.data;
}

/**
 * Whether it may set up its transaction (SET TRANSACTION ISOLATION LEVEL), which has to come before all that takes a snapshot: so does what
 * keeps a transaction from running behind one that failed.
 */
export function setsTransaction({ migration: { sql } }: Prepared): boolean {
  return /\bset\b[^;]*\btransaction/i.test(sql);
}
