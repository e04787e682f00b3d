import type pg from 'pg';

export interface SessionSettings {
  /** Shown in pg_stat_activity; at most 63 bytes. */
  readonly application: string;
  /** Milliseconds one statement may wait for a lock; 0 waits for ever. */
  readonly lockTimeout: number;
  /** Milliseconds one statement may run; 0 is no limit. */
  readonly statementTimeout?: number | undefined;
}

/**
 * What every session of ours runs with. A dead or cut-off client is noticed in seconds instead of hours
 * (client_connection_check_interval and keepalives), a stopped one loses its session and with it the lock (idle timeouts).
 * `lock_timeout` here is for what we run ourselves; see docs/how-it-works.md for the measurements behind the figures.
 */
export function sessionSettings(options: SessionSettings): Record<string, string> {
  return {
    application_name: options.application.slice(0, 63),
    lock_timeout: `${options.lockTimeout}ms`,
    statement_timeout: `${options.statementTimeout ?? 0}ms`,
    idle_in_transaction_session_timeout: '30s',
    idle_session_timeout: '60s',
    client_connection_check_interval: '2s',
    tcp_keepalives_idle: '10',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
    tcp_user_timeout: '25s',
    default_transaction_isolation: 'read committed',
    default_transaction_read_only: 'off',
    standard_conforming_strings: 'on',
    client_encoding: 'UTF8',
  };
}

/** One statement that puts the settings in force for the session. */
export function settingsStatement(options: SessionSettings): string {
  const calls = Object.entries(sessionSettings(options)).map(
    ([name, value]) => `set_config('${name}', '${value.replaceAll("'", "''")}', false)`,
  );
  return `select ${calls.join(', ')}`;
}

/** Some platforms (a server on Windows, an old kernel) know only some of the socket settings; those are a bonus, not a need. */
const OPTIONAL = [
  'client_connection_check_interval',
  'tcp_user_timeout',
  'tcp_keepalives_idle',
  'tcp_keepalives_interval',
  'tcp_keepalives_count',
];

export async function applySettings(client: pg.Client, options: SessionSettings): Promise<void> {
  try {
    await client.query(settingsStatement(options));
  } catch (error) {
    if ((error as { code?: string }).code !== '22023') throw error;
    for (const [name, value] of Object.entries(sessionSettings(options))) {
      const set = client.query('select set_config($1, $2, false)', [name, value]);
      await (OPTIONAL.includes(name) ? set.catch(() => undefined) : set);
    }
  }
}

/**
 * Gives a session back the state of a fresh one, without the cost of a connection and without losing its advisory lock:
 * DISCARD ALL minus pg_advisory_unlock_all(). Migrations may leave anything behind: SET search_path, SET ROLE, temporary tables.
 */
export function resetStatements(options: SessionSettings): string {
  return [
    'close all',
    'set session authorization default',
    'reset all',
    'deallocate all',
    'unlisten *',
    'discard temp',
    'discard sequences',
    settingsStatement(options),
  ].join('; ');
}
