import type pg from 'pg';
import { EngineError } from '../error.js';
import type { AdoptSettings } from '../target.js';
import { identifier } from '../postgres/quote.js';
import { findTables, fits, relation, type FoundTable } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';
import { PLATFORM_SCHEMAS } from './platform.js';
import { candidates } from './tools.js';

export interface FoundTracker {
  readonly tool: LegacyTool;
  readonly tracker: LegacyTracker;
}

/**
 * The one tracker to adopt from.
 * @throws EngineError `LEGACY_AMBIGUOUS` when several fit: a stale one beside the real one is a common sight, so nothing is guessed;
 * `LEGACY_UNKNOWN_TOOL`, `LEGACY_UNSUPPORTED`
 */
export async function findTracker(client: pg.Client, settings: AdoptSettings): Promise<FoundTracker | undefined> {
  const tools = candidates(settings);
  const names = tools.map(({ shape }) => settings.table ?? shape.table);
  const beside = tools.flatMap(({ shape }) => shape.beside?.table ?? []);
  const tables = await findTables(client, [...names, ...beside], settings.schema);
  const found = tools.flatMap((tool) =>
    tables
      .filter((table) => table.table === (settings.table ?? tool.shape.table) && isAt(table, tool, settings))
      .filter((table) => fits(table, tool.shape, tables))
      .map(({ schema, table }) => ({ tool, tracker: { tool: tool.name, schema, table } })),
  );
  if (found.length > 1) throw ambiguous(found.map(({ tracker }) => tracker));
  const { refusal } = found[0]?.tool ?? {};
  if (refusal !== undefined) throw unsupported(found[0]!.tracker, refusal);
  if (found[0]) await assertReadable(client, found[0].tracker);
  return found[0];
}

/** In the tool's own schema, where it has one; nowhere in a schema of somebody else's, unless a person names it. */
function isAt({ schema }: FoundTable, { shape }: LegacyTool, settings: AdoptSettings): boolean {
  if (settings.schema !== undefined) return schema === settings.schema;
  return shape.schema === undefined ? !PLATFORM_SCHEMAS.includes(schema) : schema === shape.schema;
}

/** Tables that have the name of a tracker that is looked for, and are none: their columns are others. */
export async function findNamesakes(client: pg.Client, settings: AdoptSettings): Promise<FoundTable[]> {
  const tools = candidates(settings);
  const tables = await findTables(
    client,
    tools.map(({ shape }) => settings.table ?? shape.table),
    settings.schema,
  );
  return tables.filter(({ schema }) => settings.schema !== undefined || !PLATFORM_SCHEMAS.includes(schema));
}

async function assertReadable(client: pg.Client, tracker: LegacyTracker): Promise<void> {
  const { rows } = await client.query<{ readable: boolean; role: string }>(
    `select pg_catalog.has_schema_privilege($1, 'usage') and pg_catalog.has_table_privilege($2, 'select') as readable, current_user as role`,
    [tracker.schema, relation(tracker)],
  );
  const { readable, role } = rows[0]!;
  if (readable) return;
  throw new EngineError(
    'CONNECT_PERMISSION',
    'refused',
    `${role} may not read ${tracker.tool}'s tracker ${tracker.schema}.${tracker.table}`,
    {
      next: `As its owner run: GRANT USAGE ON SCHEMA ${identifier(tracker.schema)} TO ${identifier(role)}; GRANT SELECT ON ${relation(tracker)} TO ${identifier(role)}; and the same for the tables beside it.`,
    },
  );
}

function ambiguous(trackers: readonly LegacyTracker[]): EngineError {
  const names = trackers.map(({ tool, schema, table }) => `${schema}.${table} (${tool})`);
  return new EngineError('LEGACY_AMBIGUOUS', 'refused', `${trackers.length} legacy trackers fit: ${names.join(', ')}`, {
    next: 'Name the right one in the config: `adopt: { from: <tool>, schema: <schema> }`. Nothing was changed.',
  });
}

function unsupported({ tool, schema, table }: LegacyTracker, next: string): EngineError {
  return new EngineError('LEGACY_UNSUPPORTED', 'refused', `${schema}.${table} is a tracker of ${tool}, which cannot be adopted`, {
    next,
  });
}
