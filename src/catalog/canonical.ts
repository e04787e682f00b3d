import { keyOf, type Catalog, type Json } from './catalog.js';

/** The catalog with objects and attributes in one fixed order, so that equal schemas are equal texts. */
export function canonicalCatalog(catalog: Catalog): Catalog {
  const keyed = catalog.objects.map((object) => [keyOf(object), object] as const);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    server: catalog.server,
    objects: keyed.map(([, object]) => ({ ...object, attributes: sortKeys(object.attributes) as Record<string, Json> })),
  };
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
