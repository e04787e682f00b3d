import { goose } from './goose.js';
import type { LegacyTool } from './tool.js';

/** micrate keeps goose's table under a name of its own (src/micrate/db/postgres.cr). No lock. */
export const micrate: LegacyTool = {
  name: 'micrate',
  shape: { table: 'micrate_db_version', columns: { version_id: /^bigint$/, is_applied: /^boolean$/ } },
  read: goose.read.bind(goose),
  mirror: goose.mirror,
};
