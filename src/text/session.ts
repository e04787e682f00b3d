/** What is known of a session in PostgreSQL; a role without pg_read_all_stats sees neither state nor age of another role's. */
export interface DescribedSession {
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  readonly state: string;
  /** Seconds. */
  readonly seconds: number | null;
}

/** What a background process calls itself where it has no name of an application. */
export const AUTOVACUUM = 'autovacuum';

/** An autovacuum that does not give way to a lock: the server would stop taking writes. */
export const AUTOVACUUM_WRAPAROUND = 'autovacuum (to prevent wraparound)';

/**
 * A session as a person knows it again.
 * @example describeSession({ pid: 7, application: 'psql', user: 'ann', state: 'idle in transaction', seconds: 9 })
 * // 'session 7 (psql, user ann, idle in transaction, 9 s)'
 */
export function describeSession({ pid, application, user, state, seconds }: DescribedSession): string {
  if (application.startsWith(AUTOVACUUM)) return `session ${pid} (${[application, age(seconds)].filter(Boolean).join(', ')})`;
  const known = seconds === null ? 'state and age hidden: the role lacks pg_read_all_stats' : state;
  const parts = [
    application || 'no application name',
    user === '' ? 'a process of the server' : `user ${user}`,
    known,
    age(seconds),
  ];
  return `session ${pid} (${parts.filter(Boolean).join(', ')})`;
}

/** What to do about a session that is waited for, as a sentence. */
export function adviceAbout({ pid, application }: Pick<DescribedSession, 'pid' | 'application'>): string {
  if (application === AUTOVACUUM_WRAPAROUND)
    return 'This autovacuum does not give way: let it end, or it begins anew. Meanwhile Pawl keeps trying.';
  if (application === AUTOVACUUM)
    return 'Autovacuum gives way after deadlock_timeout (1 s by default); with a lockTimeout below that it never does.';
  return `Wait until it ends, or end it: select pg_terminate_backend(${pid}); rolls its open transaction back.`;
}

const age = (seconds: number | null): string => (seconds === null ? '' : `${seconds} s`);
