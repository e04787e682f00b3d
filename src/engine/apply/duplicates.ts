import { relationName, type RangeVar } from '../files/relation.js';
import { nodeOf, type Statement } from '../files/statements.js';
import { identifier } from '../postgres/quote.js';

/** What has to be unique. */
export interface UniqueKeys {
  readonly table: Pick<RangeVar, 'schemaname' | 'relname'>;
  /** Columns and expressions, as SQL. */
  readonly keys: readonly string[];
  readonly nullsEqual: boolean;
  /** Of a partial index, as SQL. */
  readonly predicate?: string | null | undefined;
}

/** The query that lists the keys which are there more than once, and how many rows have them; NULLs count as different unless they are equal. */
export function duplicatesQuery({ table, keys, nullsEqual, predicate }: UniqueKeys): string {
  const conditions = [...(nullsEqual ? [] : keys.map((key) => `${key} is not null`)), ...(predicate ? [`(${predicate})`] : [])];
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  const list = keys.join(', ');
  return `select ${list}, count(*) as rows from ${relationName(table)}${where} group by ${list} having count(*) > 1`;
}

/**
 * The keys that a statement makes unique; undefined where it makes none or several, and where an expression or a predicate would have to be shown,
 * which may hold values.
 */
export function uniqueKeysOf(statement: Statement): UniqueKeys | undefined {
  const [type, fields] = nodeOf(statement);
  const table = fields['relation'] as RangeVar;
  if (type === 'IndexStmt') {
    const elements = ((fields['indexParams'] ?? []) as IndexElement[]).map(({ IndexElem }) => IndexElem.name);
    if (fields['unique'] !== true || fields['whereClause'] || !elements.every((name) => name !== undefined)) return undefined;
    return { table, keys: elements.map(identifier), nullsEqual: fields['nulls_not_distinct'] === true };
  }
  if (type !== 'AlterTableStmt') return undefined;
  const added = ((fields['cmds'] ?? []) as Command[]).flatMap(({ AlterTableCmd: { def } }) =>
    def?.Constraint && ['CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(def.Constraint.contype) ? [def.Constraint] : [],
  );
  const [constraint] = added;
  if (!constraint?.keys || added.length > 1) return undefined;
  return {
    table,
    keys: constraint.keys.map(({ String: { sval } }) => identifier(sval)),
    nullsEqual: constraint.nulls_not_distinct === true,
  };
}

interface IndexElement {
  readonly IndexElem: { readonly name?: string };
}

interface Command {
  readonly AlterTableCmd: {
    readonly def?: {
      readonly Constraint?: {
        readonly contype: string;
        readonly keys?: readonly { readonly String: { readonly sval: string } }[];
        readonly nulls_not_distinct?: boolean;
      };
    };
  };
}
