import { inspectMigration } from '../apply/inspect.js';
import type { Control } from '../control.js';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { relationName } from '../files/relation.js';
import { loadGrammar, type Statement } from '../files/statements.js';
import { readApplied } from '../ledger/applied.js';
import { withLock } from '../lease/with-lock.js';
import type { MigrationStage } from '../plan/stage.js';
import type { Session } from '../postgres/connect.js';
import type { EngineTarget, Owner } from '../target.js';
import { findConstraint, wantedDefinition } from './definition.js';
import { constraintConflict } from './satisfied.js';
import { wantedConstraints, type WantedConstraint } from './wanted.js';

/**
 * Proves that each constraint of a stage, applied now or long ago, exists with the wanted definition and is validated;
 * except those that an operator chose to go without.
 * @returns how many were proved
 * @throws EngineError `CONSTRAINT_MISSING`, `CONSTRAINT_CONFLICT`
 */
export async function assertConstraints(
  target: EngineTarget,
  owner: Owner,
  stage: MigrationStage,
  control: Control,
): Promise<number> {
  await loadGrammar();
  return withLock(target, owner, control, async (session) => {
    const applied = await readApplied(session.client, target.ledger);
    const skipped = new Set(applied.filter((row) => row.source === 'skipped').map((row) => row.version));
    let proved = 0;
    for (const migration of stage.migrations.filter(({ version }) => !skipped.has(version))) {
      const statements = inspectMigration(migration);
      for (const wanted of statements.flatMap((statement) => wantedConstraints(migration, statement))) {
        await assertOne(session, migration, statements, wanted);
        proved += 1;
      }
    }
    return proved;
  });
}

async function assertOne(
  session: Session,
  migration: Migration,
  statements: readonly Statement[],
  wanted: WantedConstraint,
): Promise<void> {
  const found = await findConstraint(session, wanted);
  if (!found) throw missing(migration, wanted, 'does not exist');
  const definition = await wantedDefinition(session, wanted);
  if (found.definition !== definition) throw constraintConflict(migration, wanted, found.definition, definition);
  const leftForLater =
    wanted.fields['skip_validation'] === true &&
    !statements.some((statement) => /\bvalidate\s+constraint\b/i.test(statement.text));
  if (!found.validated && !leftForLater) throw missing(migration, wanted, 'is NOT VALID: rows from before it are not checked');
}

function missing(migration: Migration, wanted: WantedConstraint, what: string): EngineError {
  return new EngineError(
    'CONSTRAINT_MISSING',
    'blocked',
    `${migration.path}: constraint ${wanted.name} of ${relationName(wanted.table)} ${what}`,
    {
      next: what.startsWith('is')
        ? `Run ALTER TABLE ${relationName(wanted.table)} VALIDATE CONSTRAINT ${wanted.name}; then retry.`
        : 'Somebody dropped it after it was applied. Put it back by hand, or in a new migration; then retry.',
      version: migration.version,
    },
  );
}
