import type pg from 'pg';
import type { SessionView } from '../control.js';

/** What pg_stat_activity tells of some sessions. Another role's state and query are hidden without pg_read_all_stats. */
export async function viewSessions(client: pg.Client, pids: readonly number[], showQueries: boolean): Promise<SessionView[]> {
  const { rows } = await client.query<SessionView & { query: string }>(
    `select pid, coalesce(application_name, '') as application, coalesce(usename, '?') as user, coalesce(state, '?') as state,
            extract(epoch from pg_catalog.clock_timestamp() - coalesce(xact_start, backend_start))::int as seconds, left(query, 200) as query
     from pg_catalog.pg_stat_activity where pid = any($1) order by pid`,
    [pids],
  );
  return rows.map(({ query, ...session }) => (showQueries ? { ...session, query } : session));
}
