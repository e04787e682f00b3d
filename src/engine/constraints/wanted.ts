import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import type { RangeVar } from '../files/relation.js';
import { nodeOf, placeAt, type Statement } from '../files/statements.js';

/** A constraint that a file of the constraints stage asks for. */
export interface WantedConstraint {
  readonly table: RangeVar;
  readonly name: string;
  /** As in the parse tree: `CONSTR_UNIQUE`, `CONSTR_FOREIGN`, ... */
  readonly kind: string;
  readonly statement: Statement;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * The constraints that a statement adds; empty for any other statement.
 * @throws EngineError `CONSTRAINT_UNSUPPORTED` for one without a name: it could not be found again
 */
export function wantedConstraints(migration: Migration, statement: Statement): WantedConstraint[] {
  const [type, fields] = nodeOf(statement);
  if (type !== 'AlterTableStmt') return [];
  const commands = fields['cmds'] as { AlterTableCmd: { subtype: string; def?: { Constraint?: Record<string, unknown> } } }[];
  return commands.flatMap(({ AlterTableCmd: command }) => {
    const constraint = command.def?.Constraint;
    if (command.subtype !== 'AT_AddConstraint' || !constraint) return [];
    if (typeof constraint['conname'] !== 'string') throw unnamed(migration, statement);
    return [
      {
        table: fields['relation'] as RangeVar,
        name: constraint['conname'],
        kind: String(constraint['contype']),
        statement,
        fields: constraint,
      },
    ];
  });
}

/** The tail that pg_get_constraintdef() writes for a deferrable constraint. */
export function deferral({ fields }: WantedConstraint): string {
  return `${fields['deferrable'] ? ' DEFERRABLE' : ''}${fields['initdeferred'] ? ' INITIALLY DEFERRED' : ''}`;
}

function unnamed(migration: Migration, statement: Statement): EngineError {
  const place = placeAt(migration.sql, statement.start, migration.path);
  return new EngineError(
    'CONSTRAINT_UNSUPPORTED',
    'blocked',
    `${migration.path}:${place.line}:${place.column}: this constraint has no name`,
    {
      next: 'Write ADD CONSTRAINT <name> ...: only a named constraint can be recognised when it is there already.',
      place,
      version: migration.version,
    },
  );
}
