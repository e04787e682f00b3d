import type pg from 'pg';
import { EngineError } from '../error.js';
import type { AdoptSettings } from '../target.js';
import type { LegacyTool, LegacyTracker } from './tool.js';
import { LEGACY_TOOLS } from './tools.js';

/**
 * The one tracker to adopt from.
 * @throws EngineError `LEGACY_AMBIGUOUS` when several fit: a stale one beside the real one is a common sight, so nothing is guessed
 */
export async function findTracker(
  client: pg.Client,
  settings: AdoptSettings,
): Promise<{ tool: LegacyTool; tracker: LegacyTracker } | undefined> {
  const tools = settings.from === 'auto' ? LEGACY_TOOLS : LEGACY_TOOLS.filter((tool) => tool.name === settings.from);
  if (tools.length === 0) throw unknownTool(settings.from);
  const found: { tool: LegacyTool; tracker: LegacyTracker }[] = [];
  for (const tool of tools) {
    for (const tracker of await tool.find(client, settings)) found.push({ tool, tracker });
  }
  if (found.length > 1) throw ambiguous(found.map(({ tracker }) => tracker));
  return found[0];
}

function unknownTool(from: string): EngineError {
  return new EngineError('LEGACY_UNKNOWN_TOOL', 'refused', `adopt.from: "${from}" is no tool that Pawl knows`, {
    next: `Name one of: auto, ${LEGACY_TOOLS.map((tool) => tool.name).join(', ')}.`,
  });
}

function ambiguous(trackers: readonly LegacyTracker[]): EngineError {
  const names = trackers.map(({ tool, schema, table }) => `${schema}.${table} (${tool})`);
  return new EngineError('LEGACY_AMBIGUOUS', 'refused', `${trackers.length} legacy trackers fit: ${names.join(', ')}`, {
    next: 'Name the right one in the config: `adopt: { from: <tool>, schema: <schema> }`. Nothing was changed.',
  });
}
