import { golangMigrate } from './golang-migrate.js';
import type { LegacyTool } from './tool.js';

/** Every tool whose tracker can be adopted. */
export const LEGACY_TOOLS: readonly LegacyTool[] = [golangMigrate];
