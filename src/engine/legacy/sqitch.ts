import { tryAdvisory } from './advisory.js';
import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool } from './tool.js';

/** `try_lock` in App::Sqitch::Engine::pg. */
export const SQITCH_KEY = 75474063n;

/** Sqitch writes a change's row in a transaction apart from its script. A change that was reworked is there several times. */
export const sqitch: LegacyTool = {
  name: 'sqitch',
  ownSchema: 'sqitch',
  commonNames: true,
  shape: { table: 'changes', columns: { change_id: /^text$/, script_hash: /^text$/, change: /^text$/, project: /^text$/ } },
  companions: {
    events: ['event', 'change_id', 'change'],
    dependencies: ['change_id', 'dependency_id'],
    tags: ['tag_id', 'change_id'],
    projects: ['project', 'uri', 'creator_name'],
    releases: ['version', 'installer_name'],
  },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ change: string; nth: number }>(
      `select change, row_number() over (partition by project, change order by committed_at)::int as nth
       from ${relation(tracker)} order by committed_at`,
    );
    return {
      claims: claimRows(
        rows.map(({ change, nth }) => ({ version: nth === 1 ? change : `${change}#${nth}` })),
        migrations,
      ),
      dirty: [],
    };
  },

  lockName: `advisory ${SQITCH_KEY}`,
  lock: (client) => tryAdvisory(client, SQITCH_KEY),

  mirror: 'its rows hold a hash over the plan: before going back, run `sqitch deploy --log-only`',
};
