import { parseStatements } from '../files/statements.js';
import type { Json } from './catalog.js';

/**
 * Whether two texts that PostgreSQL printed for an expression or a query mean the same. A dump and restore rewrites
 * `(ARRAY['a'::varchar])::text[]` to `ARRAY[('a'::varchar)::text]`: the only known form that does not survive unchanged.
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
    return JSON.stringify(parseStatements(sql, 'catalog').map(({ node }) => simplify(node)));
  } catch {
    // A body that is no single SQL expression (a BEGIN ATOMIC block): only its text can be compared.
    return undefined;
  }
}

interface TypeCast {
  arg: { A_ArrayExpr?: { elements: unknown[] } };
  typeName: { arrayBounds?: unknown[] };
}

/** Drops source positions, and moves a cast of an array constructor to its elements. */
function simplify(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(simplify);
  if (typeof node !== 'object' || node === null) return node;
  const cast = (node as { TypeCast?: TypeCast }).TypeCast;
  const elements = cast?.arg.A_ArrayExpr?.elements;
  if (cast?.typeName.arrayBounds?.length === 1 && elements) {
    const typeName = { ...cast.typeName, arrayBounds: undefined };
    return simplify({ A_ArrayExpr: { elements: elements.map((arg) => ({ TypeCast: { arg, typeName } })) } });
  }
  const kept = Object.entries(node).filter(([key]) => !/location|^stmt_len$|^(list|rexpr_list)_(start|end)$/.test(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, simplify(value)]));
}
