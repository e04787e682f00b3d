import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { relationName } from '../files/relation.js';
import type { Statement } from '../files/statements.js';
import type { Session } from '../postgres/connect.js';
import { findConstraint, wantedDefinition } from './definition.js';
import { wantedConstraints, type WantedConstraint } from './wanted.js';

/**
 * Statements whose constraints are all in place already, put there by hand or by another tool: they are not run again.
 * @throws EngineError `CONSTRAINT_CONFLICT` when another definition stands under the name
 */
export async function satisfiedStatements(
  session: Session,
  migration: Migration,
  statements: readonly Statement[],
): Promise<Set<Statement>> {
  const satisfied = new Set<Statement>();
  for (const statement of statements) {
    const wanted = wantedConstraints(migration, statement);
    const there = [];
    for (const constraint of wanted) {
      if (await isThere(session, migration, constraint)) there.push(constraint);
    }
    if (there.length > 0 && there.length < wanted.length) throw halfThere(migration, there, wanted);
    if (there.length > 0) satisfied.add(statement);
  }
  return satisfied;
}

async function isThere(session: Session, migration: Migration, wanted: WantedConstraint): Promise<boolean> {
  const found = await findConstraint(session, wanted);
  if (!found) return false;
  const definition = await wantedDefinition(session, wanted);
  if (found.definition !== definition) throw constraintConflict(migration, wanted, found.definition, definition);
  return true;
}

export function constraintConflict(
  migration: Migration,
  wanted: WantedConstraint,
  found: string,
  definition: string,
): EngineError {
  return new EngineError(
    'CONSTRAINT_CONFLICT',
    'blocked',
    `${migration.path}: ${relationName(wanted.table)} has another constraint named ${wanted.name}: found ${found}, wanted ${definition}`,
    {
      next: 'Drop or rename the one in the database, or correct the file; then retry or deploy again.',
      version: migration.version,
    },
  );
}

function halfThere(migration: Migration, there: readonly WantedConstraint[], wanted: readonly WantedConstraint[]): EngineError {
  const missing = wanted.filter((constraint) => !there.includes(constraint)).map((constraint) => constraint.name);
  return new EngineError(
    'CONSTRAINT_UNSUPPORTED',
    'blocked',
    `${migration.path}: one ALTER TABLE adds several constraints, of which only ${missing.join(', ')} is missing`,
    {
      next: 'Write one ALTER TABLE for each constraint, so that those in place can be left alone.',
      version: migration.version,
    },
  );
}
