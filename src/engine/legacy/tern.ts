import { tryAdvisory } from './advisory.js';
import { claimUpTo } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** `lockNum` in tern's migrate/migrate.go. */
export const TERN_KEY = 9628173550095224n;

/** tern keeps one number. It refuses gaps itself, but the number can be set by hand. */
export const tern: LegacyTool = {
  name: 'tern',
  shape: { table: 'schema_version', columns: { version: /^integer$/ }, only: true },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(`select max(version)::text as version from ${relation(tracker)}`);
    const version = rows[0]?.version ?? '0';
    return { claims: version === '0' ? [] : claimUpTo(version, migrations), dirty: [] };
  },

  lockName: `advisory ${TERN_KEY}`,
  lock: (client) => tryAdvisory(client, TERN_KEY),

  mirror: {
    add: (tracker, { version }) => [
      `update ${relation(tracker)} set version = ${BigInt(version)} where version < ${BigInt(version)}`,
    ],
    remove: (tracker, { version }, below = '0') => [
      `update ${relation(tracker)} set version = ${BigInt(below)} where version = ${BigInt(version)}`,
    ],
  },
};
