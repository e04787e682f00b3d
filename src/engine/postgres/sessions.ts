import type pg from 'pg';
import { AUTOVACUUM, AUTOVACUUM_WRAPAROUND } from '../../text/session.js';
import type { SessionView } from '../control.js';

/** What pg_stat_activity tells of some sessions. Another role's state and query are hidden without pg_read_all_stats. */
export async function viewSessions(client: pg.Client, pids: readonly number[], showQueries: boolean): Promise<SessionView[]> {
  const { rows } = await client.query<SessionView & { query: string }>(
    `select pid, coalesce(usename, '') as user, coalesce(state, '') as state,
            case when backend_type <> 'autovacuum worker' or backend_type is null then coalesce(application_name, '')
                 when query like '%(to prevent wraparound)%' then '${AUTOVACUUM_WRAPAROUND}' else '${AUTOVACUUM}' end as application,
            case when state is null and backend_type is null then null
                 else extract(epoch from pg_catalog.clock_timestamp() - coalesce(xact_start, backend_start))::int end as seconds, left(query, 200) as query
     from pg_catalog.pg_stat_activity where pid = any($1) order by pid`,
    [pids],
  );
  return rows.map(({ query, ...session }) => (showQueries ? { ...session, query } : session));
}
