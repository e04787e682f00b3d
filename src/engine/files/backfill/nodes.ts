import type { RangeVar } from '../relation.js';

/** Fields of a node of a parse tree. */
export type Fields = Readonly<Record<string, unknown>>;

/** Every node below one, itself included, as type and fields; `into` says whether to look inside of it. */
export function* nodesBelow(
  tree: unknown,
  into: (type: string) => boolean = () => true,
): Generator<[type: string, fields: Fields]> {
  if (Array.isArray(tree)) {
    for (const each of tree) yield* nodesBelow(each, into);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  for (const [type, fields] of Object.entries(tree)) {
    const isNode = /^[A-Z]/.test(type) && typeof fields === 'object' && fields !== null && !Array.isArray(fields);
    if (isNode) yield [type, fields as Fields];
    if (!isNode || into(type)) yield* nodesBelow(fields, into);
  }
}

/** A name of several parts, such as a function's. */
export function nameParts(list: unknown): string[] {
  return ((list ?? []) as { String?: { sval?: string } }[]).map(({ String: part }) => part?.sval ?? '');
}

/** The tables and views that a statement reads, beside the one that it changes; not what its WITH names. */
export function readBy(fields: Fields): RangeVar[] {
  const nodes = [...nodesBelow(without(fields, 'relation'))];
  const ctes = new Set(nodes.flatMap(([type, { ctename }]) => (type === 'CommonTableExpr' ? [String(ctename)] : [])));
  return nodes.flatMap(([type, read]) => {
    if (type !== 'RangeVar') return [];
    const relation = read as unknown as RangeVar;
    return relation.schemaname === undefined && ctes.has(relation.relname) ? [] : [relation];
  });
}

/** Fields without one of them. */
export const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
