import type pg from 'pg';
import type { Session } from '../../engine/postgres/connect.js';

/** A connection to a scratch database as the steps of a constraints stage want it; nobody else is there, so it has no limits. */
export async function scratchSession(client: pg.Client): Promise<Session> {
  const { rows } = await client.query<{ pid: number; database: string; version: number }>(
    `select pg_backend_pid() as pid, current_database()::text as database, current_setting('server_version_num')::int as version`,
  );
  const { pid, database, version } = rows[0]!;
  return {
    client,
    pid,
    database,
    server: { version, started: 0, systemIdentifier: '', timeline: 0, untold: [] },
    route: 'direct',
    settings: {},
    close: () => client.end(),
  };
}
