import type { Catalog } from '../catalog/catalog.js';

/** How many of a kind the old files make, and the new ones. */
export interface Count {
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

const KINDS: Readonly<Record<string, string>> = {
  tables: 'table',
  columns: 'column',
  enums: 'enum',
  indexes: 'index',
  'foreign keys': 'foreign key',
  checks: 'check',
  triggers: 'trigger',
  functions: 'function',
  views: 'view',
};

export function countObjects(before: Catalog, after: Catalog): Count[] {
  const count = (catalog: Catalog, kind: string): number => catalog.objects.filter((object) => object.kind === kind).length;
  return Object.entries(KINDS).map(([what, kind]) => ({ what, before: count(before, kind), after: count(after, kind) }));
}
