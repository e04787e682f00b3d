import type pg from 'pg';
import { tryAdvisory } from './advisory.js';
import { claimRows } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';

/** `DefaultLockID` in goose's lock/session_locker_options.go: the CRC-32 of "goose". */
export const GOOSE_KEY = 4097083626n;

/** goose adds a row each time it applies or, before 3.22, takes back a version; the newest row of a version decides. */
export const goose: LegacyTool = {
  name: 'goose',
  shape: { table: 'goose_db_version', columns: { version_id: /^bigint$/, is_applied: /^boolean$/ } },
  companions: { goose_lock: ['lock_id', 'lease_expires_at'] },

  async read(client, tracker, migrations) {
    const { rows } = await client.query<{ version: string }>(
      `select version_id::text as version
       from (select distinct on (version_id) version_id, is_applied from ${relation(tracker)} order by version_id, id desc) newest
       where is_applied and version_id > 0 order by version_id`,
    );
    return { claims: claimRows(rows, migrations), dirty: [] };
  },

  lockName: `advisory ${GOOSE_KEY}, and the lease in goose_lock`,
  async lock(client, tracker) {
    return (await tryAdvisory(client, GOOSE_KEY)) && !(await leased(client, tracker));
  },

  mirror: {
    add: (tracker, { version }) => [
      `insert into ${relation(tracker)} (version_id, is_applied) values (${BigInt(version)}, true)`,
    ],
    remove: (tracker, { version }) => [`delete from ${relation(tracker)} where version_id = ${BigInt(version)}`],
  },
};

/** The table lock of newer versions: a lease with an end. */
async function leased(client: pg.Client, { schema }: LegacyTracker): Promise<boolean> {
  const table = relation({ schema, table: 'goose_lock' });
  const { rows } = await client.query<{ found: boolean }>('select pg_catalog.to_regclass($1) is not null as found', [table]);
  if (!rows[0]!.found) return false;
  const { rowCount } = await client.query(`select from ${table} where locked and lease_expires_at > now()`);
  return rowCount !== 0;
}
