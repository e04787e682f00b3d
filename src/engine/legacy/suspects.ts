import type pg from 'pg';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import type { CreatedObject } from './created-object.js';
import { objectsOf } from './created-objects.js';
import { Removed } from './removed-objects.js';
import type { LegacyTracker } from './tool.js';

/**
 * The files that a counter claims and that were probably skipped: nothing of what they create is in the catalog, and no later file takes
 * it away again.
 * @param assumed in their order
 */
export async function findSkipped(
  client: pg.Client,
  tracker: LegacyTracker,
  assumed: readonly Migration[],
): Promise<EngineError[]> {
  const files = assumed.map((migration) => ({ migration, ...readable(migration) }));
  const gone = new Removed();
  const probed: { migration: Migration; created: CreatedObject[] }[] = [];
  for (const file of files.toReversed()) {
    const lasting = file.created.filter((object) => !gone.mayHave(object));
    if (lasting.length > 0) probed.unshift({ migration: file.migration, created: lasting });
    gone.add(file.removed);
  }
  const present = await presence(
    client,
    probed.flatMap(({ created }) => created),
  );
  return probed
    .filter(({ created }) => created.every((object) => !present.has(key(object))))
    .map(({ migration, created }) => skipped(tracker, migration, created));
}

/** The first pending file of a tool that commits SQL and row apart, where all that it creates is there. */
export async function findLagging(client: pg.Client, tracker: LegacyTracker, first: Migration): Promise<EngineError[]> {
  const { created } = readable(first);
  if (created.length === 0) return [];
  const present = await presence(client, created);
  return created.every((object) => present.has(key(object))) ? [lagging(tracker, first, created)] : [];
}

/** A file with a fault of its own is reported where it is about to run. */
function readable(migration: Migration): ReturnType<typeof objectsOf> {
  try {
    return objectsOf(migration);
  } catch (error) {
    if (error instanceof EngineError) return { created: [], removed: new Removed() };
    throw error;
  }
}

const key = ({ kind, relation, name }: CreatedObject): string => [kind, relation ?? '', name].join('\0');

const EXISTS = `case o.kind
  when 'relation' then exists (select from pg_catalog.pg_class c where c.relname = o.name and c.relnamespace::regnamespace::text !~ '^pg_')
  when 'view' then exists (select from pg_catalog.pg_class c where c.relname = o.name and c.relnamespace::regnamespace::text !~ '^pg_')
  when 'column' then exists (select from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.relname = o.relation and a.attname = o.name and not a.attisdropped)
  when 'constraint' then exists (select from pg_catalog.pg_class c join pg_catalog.pg_constraint k on k.conrelid = c.oid
    where c.relname = o.relation and k.conname = o.name)
  when 'type' then exists (select from pg_catalog.pg_type t where t.typname = o.name)
  when 'function' then exists (select from pg_catalog.pg_proc p where p.proname = o.name)
  else exists (select from pg_catalog.pg_namespace n where n.nspname = o.name) end`;

async function presence(client: pg.Client, objects: readonly CreatedObject[]): Promise<Set<string>> {
  const { rows } = await client.query<CreatedObject>(
    `select o.kind, o.name, o.relation from pg_catalog.jsonb_to_recordset($1) as o(kind text, name text, relation text) where ${EXISTS}`,
    [JSON.stringify(objects)],
  );
  return new Set(rows.map(key));
}

function listed(created: readonly CreatedObject[]): string {
  const names = created
    .slice(0, 3)
    .map(({ kind, name, relation }) => `${kind} ${relation === undefined ? '' : `${relation}.`}${name}`);
  return names.join(', ') + (created.length > 3 ? ` and ${created.length - 3} more` : '');
}

const settle = (version: string): string =>
  `If it is applied, \`pawl adopt --assume ${version}\` or \`adopt.assume\`; if it is not, \`pawl adopt --pending ${version}\` or \`adopt.pending\`. Nothing was changed.`;

function skipped({ tool, schema, table }: LegacyTracker, { path, version }: Migration, created: CreatedObject[]): EngineError {
  return new EngineError(
    'LEGACY_SUSPECT',
    'refused',
    `${path} (version ${version}) was probably skipped: ${tool}'s ${schema}.${table} counts it as applied, but nothing that it creates is there (${listed(created)})`,
    { next: settle(version), version },
  );
}

function lagging({ tool, schema, table }: LegacyTracker, { path, version }: Migration, created: CreatedObject[]): EngineError {
  return new EngineError(
    'LEGACY_SUSPECT',
    'refused',
    `${path} (version ${version}) may be applied already: it has no row in ${tool}'s ${schema}.${table}, which is written apart from the SQL, and all that it creates is there (${listed(created)})`,
    { next: settle(version), version },
  );
}
