import { fingerprint } from '../files/fingerprint.js';
import type { Migration } from '../files/migration.js';
import { nodeOf, type Statement } from '../files/statements.js';
import type { PendingMigration } from '../plan/pending.js';
import { inspectMigration } from '../files/inspect.js';
import { segmentsOf, type Segment, type StepsOf } from './segments.js';

/** A migration that was read: what it consists of, and how it will run. */
export interface Prepared {
  readonly migration: Migration;
  readonly late: boolean;
  readonly statements: readonly Statement[];
  readonly segments: readonly Segment[];
  /** As the ledger keeps it (see {@link fingerprint}). */
  readonly statementsChecksum: string;
}

/** @throws EngineError as {@link inspectMigration} */
export function prepareMigration({ migration, late }: PendingMigration, stepsOf?: StepsOf): Prepared {
  const statements = inspectMigration(migration);
  const segments = segmentsOf(migration, statements, stepsOf);
  return { migration, late, statements, segments, statementsChecksum: fingerprint(statements) };
}

/** Whether it is one transaction from its first statement to its last. */
export function isWhole({ segments }: Prepared): boolean {
  return segments.length === 0 || (segments.length === 1 && segments[0]!.kind === 'transaction');
}

/** Whether another message may wait behind it: COPY FROM STDIN would take that for its data. */
export function letsFollow({ statements }: Prepared): boolean {
  return !statements.some((statement) => {
    const [type, fields] = nodeOf(statement);
    return type === 'CopyStmt' && fields['is_from'] === true && fields['filename'] === undefined;
  });
}
