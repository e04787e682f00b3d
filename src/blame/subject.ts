import { keyOf, type Catalog, type CatalogObject } from '../catalog/catalog.js';

/**
 * The objects that a name means: a table, a column, a function, anything that has it; with what goes away with it, behind it.
 * @param name with or without its schema: `orders`, `app.orders`, `orders.total`, `total_of`
 */
export function objectsOf({ objects }: Catalog, name: string): CatalogObject[] {
  const meant = objects.filter(({ identity }) => isCalled(identity, name));
  // A column that bears the name of a table is meant only where no table is.
  const own = meant.some(({ parent }) => parent === undefined) ? meant.filter(({ parent }) => parent === undefined) : meant;
  const keys = new Set(own.map(keyOf));
  // Parents come first.
  for (const object of objects) if (object.parent !== undefined && keys.has(object.parent)) keys.add(keyOf(object));
  const found = objects.filter((object) => keys.has(keyOf(object)));
  return [...found.filter(({ parent }) => parent === undefined), ...found.filter(({ parent }) => parent !== undefined)];
}

/** `public.orders` is called `orders`, and so is `public."Orders"` by its quoted and its bare name. */
function isCalled(identity: string, name: string): boolean {
  const plain = identity.replaceAll('"', '');
  const bare = plain.replace(/\(.*\)$/, '').replace(/ on .*$/, '');
  const wanted = name.replaceAll('"', '');
  return [plain, bare].some((known) => known === wanted || known.endsWith(`.${wanted}`));
}
