import type pg from 'pg';
import { literal } from './quote.js';
import { isServerError } from './sqlstate.js';
import { STATE } from './states.js';

export interface SessionSettings {
  /** Shown in pg_stat_activity; at most 63 bytes. */
  readonly application: string;
  /** Milliseconds one statement may wait for a lock; 0 waits for ever. */
  readonly lockTimeout: number;
  /** Milliseconds one statement may run; 0 is no limit. */
  readonly statementTimeout?: number | undefined;
}

/** Names of PostgreSQL's and their values. */
export type ServerSettings = Readonly<Record<string, string>>;

/**
 * What every session of ours runs with. A dead or cut-off client is noticed in seconds instead of hours
 * (client_connection_check_interval and keepalives), a stopped one loses its session and with it the lock (idle timeouts).
 * `lock_timeout` here is for what we run ourselves; see docs/how-it-works.md for the measurements behind the figures.
 */
function sessionSettings(options: SessionSettings): ServerSettings {
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

/** SET, not `select set_config(...)`, which would cost the server 40 µs more after each migration. */
const setStatement = ([name, value]: [name: string, value: string]): string => `set ${name} = ${literal(value)}`;

/** Some platforms (a server on Windows, an old kernel) know only some of the socket settings; those are a bonus, not a need. */
const OPTIONAL = [
  'client_connection_check_interval',
  'tcp_user_timeout',
  'tcp_keepalives_idle',
  'tcp_keepalives_interval',
  'tcp_keepalives_count',
];

/**
 * Puts our settings in force for the session.
 * @returns those that the server took
 */
export async function applySettings(client: Pick<pg.Client, 'query'>, options: SessionSettings): Promise<ServerSettings> {
  const settings = sessionSettings(options);
  try {
    await client.query(Object.entries(settings).map(setStatement).join('; '));
    return settings;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return applyOneByOne(client, settings);
  }
}

async function applyOneByOne(client: Pick<pg.Client, 'query'>, settings: ServerSettings): Promise<ServerSettings> {
  const taken: Record<string, string> = {};
  for (const setting of Object.entries(settings)) {
    const [name, value] = setting;
    try {
      await client.query(setStatement(setting));
      taken[name] = value;
    } catch (error) {
      if (!isRefusal(error) || !OPTIONAL.includes(name)) throw error;
    }
  }
  return taken;
}

const isRefusal = (error: unknown): boolean => isServerError(error) && error.code === STATE.invalidParameterValue;

/**
 * Gives a session back the state of a fresh one, without the cost of a connection and without losing its advisory lock:
 * DISCARD ALL minus pg_advisory_unlock_all(). Migrations may leave anything behind: SET search_path, SET ROLE, temporary tables.
 */
export function resetStatements(settings: ServerSettings): string {
  return [
    'close all',
    'set session authorization default',
    'reset all',
    'deallocate all',
    'unlisten *',
    'discard temp',
    'discard sequences',
    ...Object.entries(settings).map(setStatement),
  ].join('; ');
}
