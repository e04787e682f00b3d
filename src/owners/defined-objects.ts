import type { Migration } from '../engine/files/migration.js';
import { objectsNamedBy, type NamedObject } from '../engine/files/named-objects.js';
import { placeAt } from '../engine/files/place.js';
import { nodeOf, parseStatements, type Statement } from '../engine/files/statements.js';

/** An object that a statement makes, changes or drops. Reading and writing rows is no matter of ownership. */
export interface DefinedObject {
  /** `table`, `index`, `function` ... */
  readonly kind: string;
  /** Qualified, without quotes. */
  readonly name: string;
  readonly creates: boolean;
  readonly path: string;
  readonly line: number;
}

/** What the statements of a migration make, change or drop, by its text alone; code in DO blocks and functions is not looked into. */
export function definedObjects(migration: Migration): DefinedObject[] {
  let schema = 'public';
  return parseStatements(migration.sql, migration.path).flatMap((statement) => {
    schema = searchPathOf(statement) ?? schema;
    const { line } = placeAt(migration.sql, statement.start, migration.path);
    return objectsNamedBy(statement)
      .filter(isOwned)
      .map(({ kind, parts, act }) => {
        const least = kind === 'column' ? 3 : 2;
        const bare = kind === 'schema' || kind === 'extension' || parts.length >= least;
        const creates = act === 'creates' || act === 'replaces';
        return { kind, name: (bare ? parts : [schema, ...parts]).join('.'), creates, path: migration.path, line };
      });
  });
}

const DROPPED = new Set(['table', 'view', 'index', 'sequence', 'type', 'matview']);

/** Beside its table, which is named as well, only a new column counts. */
function isOwned({ kind, act }: NamedObject): boolean {
  if (kind === 'constraint') return false;
  if (kind === 'column') return act === 'creates';
  return act !== 'drops' || DROPPED.has(kind);
}

/** The first schema of a SET search_path. */
function searchPathOf(statement: Statement): string | undefined {
  const [type, fields] = nodeOf(statement);
  if (type !== 'VariableSetStmt' || fields['name'] !== 'search_path') return undefined;
  const [first] = (fields['args'] as { A_Const?: { sval?: { sval?: string } } }[] | undefined) ?? [];
  return first?.A_Const?.sval?.sval || undefined;
}
