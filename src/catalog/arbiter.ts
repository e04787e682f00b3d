import { textOf, type Catalog, type CatalogObject, type Json } from './catalog.js';
import type { Finding, Judge } from './kind.js';

/**
 * Whether `ON CONFLICT (columns)` finds something to use on a table: a unique key or index on exactly these columns, valid,
 * immediate and without a predicate. A unique index does; it needs no constraint.
 * @param table key of the table's object
 */
export function hasArbiter(catalog: Catalog, table: string, columns: readonly string[]): boolean {
  const wanted = [...columns].sort().join('\0');
  return catalog.objects.some(
    (object) => object.parent === table && isArbiter(object) && columnsOf(object)?.sort().join('\0') === wanted,
  );
}

function isArbiter({ kind, attributes }: CatalogObject): boolean {
  if (attributes['valid'] !== true || attributes['ready'] !== true) return false;
  if (kind === 'key') return attributes['deferrable'] !== true && attributes['withoutOverlaps'] !== true;
  return kind === 'index' && attributes['unique'] === true && attributes['predicate'] === null;
}

/** Columns of a key or index; undefined when one of them is an expression. */
function columnsOf(object: CatalogObject | undefined): string[] | undefined {
  const columns: Json | undefined = object?.attributes['columns'];
  return Array.isArray(columns) ? columns.map(String) : undefined;
}

/** Uniqueness that the first schema has and the second has not. */
export const missingArbiter: Judge = ({ from, to, catalogs }) => {
  const columns = columnsOf(from);
  const table = from?.parent;
  if (!columns || table === undefined)
    return {
      class: 'breaking',
      effect: `duplicates are accepted, and ON CONFLICT on this expression has no unique index to use`,
    };
  const list = columns.join(', ');
  const partial = from?.attributes['predicate'] ?? null;
  if (hasArbiter(catalogs.to, table, columns)) {
    return {
      class: 'behavioural',
      effect: `(${list}) is still unique by another key or index; only what names this one notices`,
    };
  }
  if (partial !== null)
    return {
      class: 'breaking',
      effect: `duplicates of (${list}) are accepted where ${textOf(partial)}, and ON CONFLICT (${list}) WHERE .. has no unique index to use`,
    };
  const instead = columnsOf(to);
  const others = instead ? `, and (${instead.join(', ')}) must be unique instead` : '';
  return {
    class: 'breaking',
    effect: `ON CONFLICT (${list}) has no unique index to use${others || ', and duplicates are accepted'}`,
  };
};

/** Uniqueness that only the second schema has. */
export const newUniqueness: Judge = ({ to, catalogs }: Finding) => {
  const columns = columnsOf(to);
  if (columns && to?.parent !== undefined && hasArbiter(catalogs.from, to.parent, columns)) {
    return { class: 'behavioural', effect: `(${columns.join(', ')}) was unique before, by another key or index` };
  }
  return { class: 'breaking', effect: `duplicates of ${columns ? `(${columns.join(', ')})` : 'this expression'} are refused` };
};
