import type { Statement } from '../../engine/files/statements.js';
import { factKey } from './facts.js';

/** The names in a statement that the catalog can say something about. */
export interface Named {
  readonly relations: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

/** Collects names from a parse tree. A name that means something else (of a CTE, of what is about to be made) finds nothing and does no harm. */
export function namedIn(statement: Statement): Named {
  const named = { relations: new Set<string>(), functions: new Set<string>(), types: new Set<string>() };
  for (const node of nodesIn(statement.node)) {
    const { schemaname, relname, funcname, names, typemod } = node;
    if (typeof relname === 'string') {
      named.relations.add(factKey(typeof schemaname === 'string' ? [schemaname, relname] : [relname]));
    }
    if (Array.isArray(funcname)) named.functions.add(factKey(strings(funcname)));
    if (Array.isArray(names) && typeof typemod === 'number') named.types.add(factKey(strings(names)));
  }
  const { node } = statement;
  if ('DropStmt' in node && RELATIONS.has(node.DropStmt.removeType ?? '')) {
    for (const object of node.DropStmt.objects ?? []) {
      if ('List' in object) named.relations.add(factKey(strings(object.List.items ?? [])));
    }
  }
  if ('DropStmt' in node && ROUTINES.has(node.DropStmt.removeType ?? '')) {
    for (const object of node.DropStmt.objects ?? []) {
      if ('ObjectWithArgs' in object) named.functions.add(factKey(strings(object.ObjectWithArgs.objname ?? [])));
    }
  }
  if ('AlterDomainStmt' in node) named.types.add(factKey(strings(node.AlterDomainStmt.typeName ?? [])));
  return named;
}

const RELATIONS = new Set([
  'OBJECT_TABLE',
  'OBJECT_INDEX',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);

const ROUTINES = new Set(['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE']);

/** Every object in a parse tree. */
export function* nodesIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const child of Object.values(value)) yield* nodesIn(child);
}

/** The texts of a list of String nodes, which is how the grammar writes a qualified name. */
export function strings(list: readonly unknown[]): string[] {
  return list.flatMap((item) => {
    const text = (item as { String?: { sval?: string } }).String?.sval;
    return text === undefined ? [] : [text];
  });
}
