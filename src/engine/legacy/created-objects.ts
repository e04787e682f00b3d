import type { Migration } from '../files/migration.js';
import { nodeOf, parseStatements } from '../files/statements.js';

/** Something that a file creates. Schemas are left out: search_path may have decided them. */
export interface CreatedObject {
  readonly kind: 'relation' | 'column' | 'constraint' | 'type' | 'function' | 'schema';
  readonly name: string;
  /** The table of a column, constraint or index: it takes them with it. */
  readonly relation?: string;
}

type Fields = Record<string, unknown>;

/** What a migration creates, and the names that it drops or renames; an unparsable file (its own tool's dialect) does neither. */
export function objectsOf(migration: Migration): { created: CreatedObject[]; gone: Set<string> } {
  const created: CreatedObject[] = [];
  const gone = new Set<string>();
  for (const statement of parseStatements(migration.sql, migration.path)) {
    const [type, fields] = nodeOf(statement);
    created.push(...creations(type, fields));
    for (const name of removals(type, fields)) gone.add(name);
  }
  return { created, gone };
}

const relationName = (node: unknown): string => (node as { relname?: string } | undefined)?.relname ?? '';

/** The last part of a qualified name in a parse tree. */
function lastName(list: unknown): string {
  const parts = (list ?? []) as { String?: { sval?: string } }[];
  return parts.at(-1)?.String?.sval ?? '';
}

function creations(type: string, fields: Fields): CreatedObject[] {
  const relation = relationName(fields['relation']);
  switch (type) {
    case 'CreateStmt':
      return [{ kind: 'relation', name: relation }];
    case 'CreateSeqStmt':
      return [{ kind: 'relation', name: relationName(fields['sequence']) }];
    case 'ViewStmt':
      return fields['replace'] === true ? [] : [{ kind: 'relation', name: relationName(fields['view']) }];
    case 'CreateTableAsStmt':
      return [{ kind: 'relation', name: relationName((fields['into'] as { rel?: unknown } | undefined)?.rel) }];
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
      return commands(fields).flatMap((command): CreatedObject[] => {
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

function removals(type: string, fields: Fields): string[] {
  if (type === 'RenameStmt') {
    return [fields['subname'], relationName(fields['relation'])].filter(
      (name) => typeof name === 'string' && name !== '',
    ) as string[];
  }
  if (type === 'AlterTableStmt') {
    return commands(fields).flatMap(({ subtype, name }) => (subtype?.startsWith('AT_Drop') && name !== undefined ? [name] : []));
  }
  if (type !== 'DropStmt') return [];
  return ((fields['objects'] ?? []) as Record<string, Fields>[]).map((object) => {
    const [kind, node] = Object.entries(object)[0] ?? ['', {}];
    if (kind === 'String') return String(node['sval']);
    return lastName(node['items'] ?? node['objname'] ?? node['names']);
  });
}

function commands(fields: Fields): { subtype?: string; name?: string; def?: unknown }[] {
  return ((fields['cmds'] ?? []) as { AlterTableCmd?: { subtype?: string; name?: string; def?: unknown } }[]).map(
    ({ AlterTableCmd }) => AlterTableCmd ?? {},
  );
}
