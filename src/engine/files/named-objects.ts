import { nodeOf, type Statement } from './statements.js';

/** An object that a statement names in order to make, change or drop it. */
export interface NamedObject {
  /** `table`, `view`, `index`, `column`, `constraint`, `function` ...; of what is dropped, as the grammar calls it. */
  readonly kind: string;
  /** As written, without quotes: the schema where it is named, the table of a column or constraint, the name. */
  readonly parts: readonly string[];
  readonly act: 'creates' | 'replaces' | 'changes' | 'renames' | 'drops';
  /** Of a column, constraint or index: the parts of its table. */
  readonly table?: readonly string[];
  /** It is gone with the session. */
  readonly temporary?: boolean;
}

/** What a statement makes, changes, renames or drops, by its text alone; code in DO blocks and functions is not looked into. */
export function objectsNamedBy(statement: Statement): NamedObject[] {
  const [type, fields] = nodeOf(statement);
  const maker = MAKERS[type];
  if (maker) {
    const [kind, field] = maker;
    const act = fields['replace'] === true ? 'replaces' : 'creates';
    return named(kind, fields[field], act);
  }
  const changer = CHANGERS[type];
  if (changer) return named(changer[0], fields[changer[1]], 'changes');
  switch (type) {
    case 'IndexStmt':
      return indexOf(fields);
    case 'AlterTableStmt':
      return [...named('table', fields['relation'], 'changes'), ...alterationsOf(fields)];
    case 'RenameStmt':
      return renamedBy(fields);
    case 'DropStmt':
      return droppedBy(fields);
    case 'CreateTableAsStmt':
      return named('table', (fields['into'] as { rel: unknown }).rel, 'creates');
    default:
      return [];
  }
}

/** Whether it takes along what depends on the objects that it names. */
export function cascades(statement: Statement): boolean {
  const [, fields] = nodeOf(statement);
  return [fields, ...commandsOf(fields)].some(({ behavior }) => behavior === 'DROP_CASCADE');
}

type Fields = Readonly<Record<string, unknown>>;

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
  AlterObjectSchemaStmt: ['table', 'relation'],
};

function named(kind: string, node: unknown, act: NamedObject['act']): NamedObject[] {
  const parts = partsOf(node);
  return parts.length === 0 ? [] : [{ kind, parts, act, temporary: isTemporary(node) }];
}

function indexOf(fields: Fields): NamedObject[] {
  const table = partsOf(fields['relation']);
  const name = fields['idxname'];
  const index: NamedObject[] =
    typeof name === 'string' ? [{ kind: 'index', parts: [...table.slice(0, -1), name], act: 'creates', table }] : [];
  return [...index, ...named('table', fields['relation'], 'changes')];
}

interface Command {
  readonly subtype?: string;
  readonly name?: string;
  readonly behavior?: string;
  readonly def?: { readonly ColumnDef?: { readonly colname?: string }; readonly Constraint?: { readonly conname?: string } };
}

const commandsOf = (fields: Fields): Command[] =>
  ((fields['cmds'] ?? []) as { AlterTableCmd?: Command }[]).map(({ AlterTableCmd }) => AlterTableCmd ?? {});

function alterationsOf(fields: Fields): NamedObject[] {
  const table = partsOf(fields['relation']);
  const part = (kind: string, name: string | undefined, act: NamedObject['act']): NamedObject[] =>
    name === undefined ? [] : [{ kind, parts: [...table, name], act, table }];
  return commandsOf(fields).flatMap(({ subtype, name, def }) => {
    switch (subtype) {
      case 'AT_AddColumn':
        return part('column', def?.ColumnDef?.colname, 'creates');
      case 'AT_AddConstraint':
        return part('constraint', def?.Constraint?.conname, 'creates');
      case 'AT_DropColumn':
        return part('column', name, 'drops');
      case 'AT_DropConstraint':
        return part('constraint', name, 'drops');
      default:
        return [];
    }
  });
}

/** The table of a renamed column or constraint counts as renamed too: which of the two it was, the names do not tell. */
function renamedBy(fields: Fields): NamedObject[] {
  const table = partsOf(fields['relation']);
  const name = fields['subname'];
  const part: NamedObject[] =
    typeof name === 'string' && name !== '' ? [{ kind: 'column', parts: [...table, name], act: 'renames', table }] : [];
  return [...named('table', fields['relation'], 'renames'), ...part];
}

function droppedBy(fields: Fields): NamedObject[] {
  const kind = String(fields['removeType']).replace('OBJECT_', '').toLowerCase();
  return ((fields['objects'] ?? []) as readonly unknown[]).flatMap((object) => named(kind, object, 'drops'));
}

/** The parts of a name, however the grammar writes it: a table, a list of texts, a type, a function, or a text. */
function partsOf(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (Array.isArray(node)) return node.map((item) => (item as { String: { sval: string } }).String.sval);
  if (typeof node !== 'object' || node === null) return [];
  const { schemaname, relname } = node as { schemaname?: string; relname?: string };
  if (relname !== undefined) return schemaname === undefined ? [relname] : [schemaname, relname];
  const { String: text, List, TypeName, ObjectWithArgs, relation } = node as Partial<Record<string, Fields>>;
  return partsOf(text?.['sval'] ?? List?.['items'] ?? TypeName?.['names'] ?? ObjectWithArgs?.['objname'] ?? relation);
}

/** Of a table that is made from another, the name stands one node deeper. */
function isTemporary(node: unknown): boolean {
  const { relpersistence, relation } = (node ?? {}) as { relpersistence?: string; relation?: unknown };
  return relpersistence === 't' || (relation !== undefined && isTemporary(relation));
}
