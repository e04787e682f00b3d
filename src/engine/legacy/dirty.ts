import { EngineError } from '../error.js';
import type { LegacyTracker } from './tool.js';

/**
 * Work that another tool left half done, or may be at right now.
 * @param state what the tracker says, in the tool's own words
 * @param next how it is settled with the tool itself
 */
export function dirty({ tool, schema, table }: LegacyTracker, state: string, next: string): EngineError {
  return new EngineError('LEGACY_DIRTY', 'refused', `${tool}'s tracker ${schema}.${table} ${state}`, { next });
}
