import { parseStatements } from '../engine/files/statements.js';
import type { Json } from './catalog.js';

/**
 * Whether two texts that PostgreSQL printed for an expression or a query mean the same. A dump and restore rewrites
 * `(ARRAY['a'::varchar])::text[]` to `ARRAY[('a'::varchar)::text]`, the only known form that does not survive unchanged; and
 * since PostgreSQL 16 a view of one table prints its columns without the table's name.
 * The grammar must be loaded. Texts that do not parse are compared as they are.
 */
export function sameExpression(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item: Json, index) => sameExpression(item, b[index] as Json));
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const left = canonical(a);
  return left !== undefined && left === canonical(b);
}

function canonical(text: string): string | undefined {
  const sql = /^\s*(select|with|create|values)\b/i.test(text) ? text : `select ${text}`;
  try {
    return JSON.stringify(parseStatements(sql, 'catalog').map(({ node }) => simplify(node, [])));
  } catch {
    // A body that is no single SQL expression (a BEGIN ATOMIC block): only its text can be compared.
    return undefined;
  }
}

/** The parts of the parse tree that are looked at. */
interface Tree {
  readonly TypeCast?: { arg: { A_ArrayExpr?: { elements: unknown[] } }; typeName: { arrayBounds?: unknown[] } };
  readonly ColumnRef?: { fields: { String?: { sval: string } }[] };
  readonly fromClause?: Record<string, { alias?: { aliasname: string }; relname?: string }>[];
}

/**
 * Drops source positions, moves a cast of an array constructor to its elements, and drops the table's name before a column
 * where the query has one table only.
 * @param alone names of the tables that stand alone in a FROM around the node
 */
function simplify(node: unknown, alone: readonly string[]): unknown {
  if (Array.isArray(node)) return node.map((item) => simplify(item, alone));
  if (typeof node !== 'object' || node === null) return node;
  const tree = node as Tree;
  const elements = tree.TypeCast?.arg.A_ArrayExpr?.elements;
  if (tree.TypeCast?.typeName.arrayBounds?.length === 1 && elements) {
    const typeName = { ...tree.TypeCast.typeName, arrayBounds: undefined };
    return simplify({ A_ArrayExpr: { elements: elements.map((arg) => ({ TypeCast: { arg, typeName } })) } }, alone);
  }
  const fields = tree.ColumnRef?.fields;
  if (fields?.length === 2 && alone.includes(fields[0]?.String?.sval ?? '')) return { ColumnRef: { fields: fields.slice(1) } };
  const names = [...alone, ...onlyTable(tree)];
  const kept = Object.entries(node).filter(([key]) => !/location|^stmt_len$|^(list|rexpr_list)_(start|end)$/.test(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, simplify(value, names)]));
}

function onlyTable({ fromClause }: Tree): string[] {
  if (fromClause?.length !== 1) return [];
  return Object.values(fromClause[0]!).flatMap(({ alias, relname }) => alias?.aliasname ?? relname ?? []);
}
