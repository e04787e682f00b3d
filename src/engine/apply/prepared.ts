import { fingerprint } from '../files/fingerprint.js';
import { inspectMigration } from '../files/inspect.js';
import type { Migration } from '../files/migration.js';
import { nodeOf, type Statement } from '../files/statements.js';
import type { Intent } from '../ledger/intents.js';
import { resumeOf, type Resume } from '../plan/half-applied.js';
import type { PendingMigration } from '../plan/pending.js';
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
 * @throws EngineError as {@link inspectMigration} and {@link resumeOf}
 */
export async function prepareMigration(
  { migration, late }: PendingMigration,
  journal: readonly Intent[] = [],
  stepsOf?: StepsOf,
): Promise<Prepared> {
  const statements = await Promise.resolve(inspectMigration(migration));
  const resume = journal.length > 0 ? resumeOf(migration, statements, journal) : undefined;
  const segments = segmentsOf(migration, statements, stepsOf, resume);
  return { migration, late, statements, segments, statementsChecksum: fingerprint(statements), resume };
}

/** Whether it is one transaction from its first statement to its last, and nothing of it was run before. */
export function isWhole({ segments, resume }: Prepared): boolean {
  return !resume && (segments.length === 0 || (segments.length === 1 && segments[0]!.kind === 'transaction'));
}

/** Whether another message may wait behind it: COPY FROM STDIN would take that for its data. */
export function letsFollow({ statements }: Prepared): boolean {
  return !statements.some((statement) => {
    const [type, fields] = nodeOf(statement);
    return type === 'CopyStmt' && fields['is_from'] === true && fields['filename'] === undefined;
  });
}
