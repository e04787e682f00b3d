import type { Catalog, CatalogObject } from './catalog.js';
import type { CatalogKind } from './kind.js';

/** What stands for the same thing in two catalogs; one side is undefined when the other has no counterpart. */
export interface Pair {
  readonly from: CatalogObject | undefined;
  readonly to: CatalogObject | undefined;
}

/**
 * Pairs the objects of one kind by identity. Where the kind has an essence (constraints, indexes), objects of one parent are
 * paired by definition first, so that one under another name is a renamed one and not one lost and one gained.
 */
export function pairObjects(
  kind: CatalogKind,
  from: readonly CatalogObject[],
  to: readonly CatalogObject[],
  catalogs: { from: Catalog; to: Catalog },
): Pair[] {
  const left = new Set(to);
  const pairs = new Map<CatalogObject, CatalogObject>();
  const named = new Map(to.map((object) => [object.identity, object]));
  const siblings = new Map<string | undefined, CatalogObject[]>();
  for (const object of to) siblings.set(object.parent, [...(siblings.get(object.parent) ?? []), object]);
  const alike = (a: CatalogObject, b: CatalogObject | undefined): b is CatalogObject =>
    b !== undefined && a.parent === b.parent && sameEssence(kind, a, b, catalogs);
  const pairWith = (find: (object: CatalogObject) => CatalogObject | undefined): void => {
    for (const object of from) {
      const counterpart = pairs.has(object) ? undefined : find(object);
      if (!counterpart || !left.delete(counterpart)) continue;
      pairs.set(object, counterpart);
    }
  };
  const namesake = (object: CatalogObject): CatalogObject | undefined => named.get(object.identity);
  if (kind.essence) {
    pairWith((object) => (alike(object, namesake(object)) ? namesake(object) : undefined));
    pairWith((object) => siblings.get(object.parent)?.find((candidate) => left.has(candidate) && alike(object, candidate)));
  }
  pairWith(namesake);
  return [
    ...from.map((object) => ({ from: object, to: pairs.get(object) })),
    ...[...left].map((object) => ({ from: undefined, to: object })),
  ];
}

function sameEssence(
  kind: CatalogKind,
  from: CatalogObject,
  to: CatalogObject,
  catalogs: { from: Catalog; to: Catalog },
): boolean {
  return (kind.essence ?? []).every((attribute) => {
    const [before, after] = [from.attributes[attribute], to.attributes[attribute]];
    if (before === undefined || after === undefined || JSON.stringify(before) === JSON.stringify(after)) return true;
    return kind.attributes[attribute]?.({ from, to, before, after, catalogs }) === undefined;
  });
}
