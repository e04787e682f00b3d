import type { Migration } from '../files/migration.js';
import { objectsNamedBy, type NamedObject } from '../files/named-objects.js';
import { parseStatements } from '../files/statements.js';
import type { CreatedObject } from './created-object.js';
import { Removed } from './removed-objects.js';

/** What a migration creates and leaves, and what it takes away. Temporary tables, and what hangs on them, are gone with the session. */
export function objectsOf(migration: Migration): { created: CreatedObject[]; removed: Removed } {
  let created: CreatedObject[] = [];
  const removed = new Removed();
  const temporary = new Set<string>();
  for (const statement of parseStatements(migration.sql, migration.path)) {
    const own = new Removed();
    own.note(statement);
    created = created.filter((object) => !own.mayHave(object));
    removed.add(own);
    const objects = objectsNamedBy(statement);
    for (const { parts } of objects.filter((object) => object.temporary)) temporary.add(parts.at(-1)!);
    created.push(
      ...objects.flatMap(creation).filter(({ name, relation }) => !temporary.has(name) && !temporary.has(relation ?? '')),
    );
  }
  return { created, removed };
}

const KINDS: Readonly<Record<string, CreatedObject['kind']>> = {
  table: 'relation',
  sequence: 'relation',
  index: 'relation',
  view: 'view',
  column: 'column',
  constraint: 'constraint',
  type: 'type',
  function: 'function',
  schema: 'schema',
};

/** What may have been there before, as with OR REPLACE, proves nothing. */
function creation({ kind, parts, act, table }: NamedObject): CreatedObject[] {
  const known = KINDS[kind];
  if (act !== 'creates' || known === undefined) return [];
  return [{ kind: known, name: parts.at(-1)!, ...(table && { relation: table.at(-1)! }) }];
}
