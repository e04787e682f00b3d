import type { Migration } from '../engine/files/migration.js';
import type { RangeVar } from '../engine/files/relation.js';
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

interface Named {
  readonly kind: string;
  readonly parts: readonly string[];
  readonly creates: boolean;
}

/** What the statements of a migration make, change or drop, by its text alone; code in DO blocks and functions is not looked into. */
export function definedObjects(migration: Migration): DefinedObject[] {
  let schema = 'public';
  return parseStatements(migration.sql, migration.path).flatMap((statement) => {
    schema = searchPathOf(statement) ?? schema;
    const { line } = placeAt(migration.sql, statement.start, migration.path);
    return namedBy(statement).map(({ kind, parts, creates }) => {
      const least = kind === 'column' ? 3 : 2;
      const bare = kind === 'schema' || kind === 'extension' || parts.length >= least;
      return { kind, name: (bare ? parts : [schema, ...parts]).join('.'), creates, path: migration.path, line };
    });
  });
}

/** Node types that make one object, and the field that names it. */
const MAKERS: Readonly<Record<string, readonly [kind: string, field: string]>> = {
  CreateStmt: ['table', 'relation'],
  CreateForeignTableStmt: ['table', 'base'],
  ViewStmt: ['view', 'view'],
  CreateSeqStmt: ['sequence', 'sequence'],
  CreateEnumStmt: ['type', 'typeName'],
  CreateRangeStmt: ['type', 'typeName'],
  CompositeTypeStmt: ['type', 'typevar'],
  CreateDomainStmt: ['type', 'domainname'],
  CreateFunctionStmt: ['function', 'funcname'],
  CreateSchemaStmt: ['schema', 'schemaname'],
  CreateExtensionStmt: ['extension', 'extname'],
};

/** Node types that change an object, and the field that names it. */
const CHANGERS: Readonly<Record<string, readonly [kind: string, field: string]>> = {
  CreateTrigStmt: ['table', 'relation'],
  CreatePolicyStmt: ['table', 'table'],
  RuleStmt: ['table', 'relation'],
  AlterEnumStmt: ['type', 'typeName'],
  AlterDomainStmt: ['type', 'typeName'],
  AlterSeqStmt: ['sequence', 'sequence'],
  AlterOwnerStmt: ['table', 'relation'],
  RenameStmt: ['table', 'relation'],
  AlterObjectSchemaStmt: ['table', 'relation'],
};

function namedBy(statement: Statement): Named[] {
  const [type, fields] = nodeOf(statement);
  const maker = MAKERS[type] ?? CHANGERS[type];
  if (maker) {
    const parts = partsOf(fields[maker[1]]);
    return parts.length === 0 ? [] : [{ kind: maker[0], parts, creates: type in MAKERS }];
  }
  const table = partsOf(fields['relation']);
  if (type === 'IndexStmt') return [...indexOf(table, fields['idxname']), { kind: 'table', parts: table, creates: false }];
  if (type === 'AlterTableStmt') return [{ kind: 'table', parts: table, creates: false }, ...columnsOf(table, fields['cmds'])];
  if (type === 'DropStmt') return droppedBy(fields);
  if (type === 'CreateTableAsStmt') {
    const into = fields['into'] as { rel: unknown };
    return [{ kind: 'table', parts: partsOf(into.rel), creates: true }];
  }
  return [];
}

function indexOf(table: readonly string[], name: unknown): Named[] {
  return typeof name === 'string' ? [{ kind: 'index', parts: [...table.slice(0, -1), name], creates: true }] : [];
}

interface Command {
  readonly AlterTableCmd: { readonly subtype: string; readonly def?: { readonly ColumnDef?: { readonly colname: string } } };
}

function columnsOf(table: readonly string[], commands: unknown): Named[] {
  return (commands as readonly Command[]).flatMap(({ AlterTableCmd: { subtype, def } }) =>
    subtype === 'AT_AddColumn' && def?.ColumnDef
      ? [{ kind: 'column', parts: [...table, def.ColumnDef.colname], creates: true }]
      : [],
  );
}

function droppedBy(fields: Record<string, unknown>): Named[] {
  const kind = String(fields['removeType']).replace('OBJECT_', '').toLowerCase();
  if (!['table', 'view', 'index', 'sequence', 'type', 'matview'].includes(kind)) return [];
  return (fields['objects'] as readonly unknown[]).map((object) => ({ kind, parts: partsOf(object), creates: false }));
}

/** The parts of a name, however the grammar writes it: a table, a list of texts, a type, or a text. */
function partsOf(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (Array.isArray(node)) return node.map((item) => (item as { String: { sval: string } }).String.sval);
  if (typeof node !== 'object' || node === null) return [];
  const { schemaname, relname } = node as Partial<RangeVar>;
  if (relname !== undefined) return schemaname === undefined ? [relname] : [schemaname, relname];
  const { List, TypeName, relation } = node as { List?: { items: unknown }; TypeName?: { names: unknown }; relation?: unknown };
  return partsOf(List?.items ?? TypeName?.names ?? relation);
}

/** The first schema of a SET search_path. */
function searchPathOf(statement: Statement): string | undefined {
  const [type, fields] = nodeOf(statement);
  if (type !== 'VariableSetStmt' || fields['name'] !== 'search_path') return undefined;
  const [first] = (fields['args'] as { A_Const?: { sval?: { sval?: string } } }[] | undefined) ?? [];
  return first?.A_Const?.sval?.sval || undefined;
}
