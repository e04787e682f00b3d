import type { Migration } from '../files/migration.js';
import { nodeOf, parseStatements } from '../files/statements.js';
import type { CreatedObject } from './created-object.js';
import { alterations, lastName, relationName, type Fields } from './parse-tree.js';
import { Removed } from './removed-objects.js';

/** What a migration creates and leaves, and what it takes away. Temporary tables, and what hangs on them, are gone with the session. */
export function objectsOf(migration: Migration): { created: CreatedObject[]; removed: Removed } {
  let created: CreatedObject[] = [];
  const removed = new Removed();
  const temporary = new Set<string>();
  for (const statement of parseStatements(migration.sql, migration.path)) {
    const [type, fields] = nodeOf(statement);
    const own = new Removed();
    own.note(type, fields);
    created = created.filter((object) => !own.mayHave(object));
    removed.note(type, fields);
    if (isTemporary(fields)) temporary.add(relationOf(type, fields));
    created.push(
      ...creations(type, fields).filter(({ name, relation }) => !temporary.has(name) && !temporary.has(relation ?? '')),
    );
  }
  return { created, removed };
}

const into = (fields: Fields): unknown => (fields['into'] as { rel?: unknown } | undefined)?.rel;

function relationOf(type: string, fields: Fields): string {
  return relationName(type === 'CreateTableAsStmt' ? into(fields) : (fields['relation'] ?? fields['view'] ?? fields['sequence']));
}

function isTemporary(fields: Fields): boolean {
  const named = (fields['relation'] ?? fields['view'] ?? fields['sequence'] ?? into(fields)) as
    { relpersistence?: string } | undefined;
  return named?.relpersistence === 't';
}

function creations(type: string, fields: Fields): CreatedObject[] {
  const relation = relationName(fields['relation']);
  switch (type) {
    case 'CreateStmt':
      return [{ kind: 'relation', name: relation }];
    case 'CreateSeqStmt':
      return [{ kind: 'relation', name: relationName(fields['sequence']) }];
    case 'ViewStmt':
      return fields['replace'] === true ? [] : [{ kind: 'view', name: relationName(fields['view']) }];
    case 'CreateTableAsStmt':
      return [{ kind: 'relation', name: relationName(into(fields)) }];
    case 'IndexStmt':
      return typeof fields['idxname'] === 'string' ? [{ kind: 'relation', name: fields['idxname'], relation }] : [];
    case 'CreateEnumStmt':
      return [{ kind: 'type', name: lastName(fields['typeName']) }];
    case 'CreateDomainStmt':
      return [{ kind: 'type', name: lastName(fields['domainname']) }];
    case 'CompositeTypeStmt':
      return [{ kind: 'type', name: relationName(fields['typevar']) }];
    case 'CreateFunctionStmt':
      return fields['replace'] === true ? [] : [{ kind: 'function', name: lastName(fields['funcname']) }];
    case 'CreateSchemaStmt':
      return typeof fields['schemaname'] === 'string' ? [{ kind: 'schema', name: fields['schemaname'] }] : [];
    case 'AlterTableStmt':
      return alterations(fields).flatMap((command): CreatedObject[] => {
        const definition = command.def as { ColumnDef?: { colname?: string }; Constraint?: { conname?: string } } | undefined;
        const column = command.subtype === 'AT_AddColumn' ? definition?.ColumnDef?.colname : undefined;
        const constraint = command.subtype === 'AT_AddConstraint' ? definition?.Constraint?.conname : undefined;
        if (column !== undefined) return [{ kind: 'column', name: column, relation }];
        return constraint === undefined ? [] : [{ kind: 'constraint', name: constraint, relation }];
      });
    default:
      return [];
  }
}
