import type pg from 'pg';
import { literal } from './quote.js';
import { isServerError } from './sqlstate.js';
import { STATE } from './states.js';

export interface SessionSettings {
  /** Shown in pg_stat_activity; at most 63 bytes. */
  readonly application: string;
  /** Milliseconds one statement may wait for a lock. */
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
    idle_in_transaction_session_timeout: '30s',
    idle_session_timeout: '1min',
    client_connection_check_interval: '2s',
    tcp_keepalives_idle: '10',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
    tcp_user_timeout: '25s',
    ...(options.statementTimeout && { statement_timeout: `${options.statementTimeout}ms` }),
  };
}

/**
 * No schema that others may create in: an overload of a function or an operator that lies there would be called with our rights, where it
 * fits the types better than PostgreSQL's own (CVE-2018-1058).
 */
export const CLOSED_PATH = 'search_path = pg_catalog, pg_temp';

/** The path that the role, the database or the address has, for the statements of the user's. */
export const OWN_PATH = 'set search_path to default';

/** A default of the role or the database that no migration may run with, and what is in force instead. */
interface Neutral {
  readonly value: string;
  /** Which defaults are as good, in the words of the server. */
  readonly fine: RegExp;
  /** Only a superuser, or who was granted it, may set it. */
  readonly privileged?: boolean;
}

const exactly = (value: string): Neutral => ({ value, fine: new RegExp(`^${value}$`) });

/** docs/managed-servers.md has the reasons, and the settings that are left as the role or the database has them. */
const NEUTRAL: Readonly<Record<string, Neutral>> = {
  statement_timeout: exactly('0'),
  // PostgreSQL 17 and newer.
  transaction_timeout: exactly('0'),
  exit_on_error: exactly('off'),
  default_transaction_isolation: exactly('read committed'),
  default_transaction_read_only: exactly('off'),
  default_transaction_deferrable: exactly('off'),
  standard_conforming_strings: exactly('on'),
  client_encoding: exactly('UTF8'),
  client_min_messages: exactly('notice'),
  // Only the style, in which we read times. The order of day and month stays: files are written for it.
  datestyle: { value: 'ISO', fine: /^ISO\b/ },
  // A commit that was told of must survive; what is stricter, or leaves the standbys out, stays.
  synchronous_commit: { value: 'on', fine: /^(?!off$)/ },
  session_replication_role: { value: 'origin', fine: /^origin$/, privileged: true },
};

/** Every setting that a session of ours has its own value of; docs and tests read it. */
export const OUR_SETTINGS: readonly string[] = [
  ...Object.keys(sessionSettings({ application: '', lockTimeout: 1 })),
  ...Object.keys(NEUTRAL),
];

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

/** SQL for the defaults of this session, as one JSON object; a setting that this version does not have is null. */
export const DEFAULTS_QUERY = `pg_catalog.json_build_object(${Object.keys(NEUTRAL)
  .map((name) => `'${name}', pg_catalog.current_setting('${name}', true)`)
  .join(', ')})`;

/** What {@link DEFAULTS_QUERY} answers. */
export type SessionDefaults = Readonly<Record<string, string | null>>;

/**
 * Puts our settings in force for the session, and takes away what defaults of the role or the database would do to a migration.
 * @param defaults what the session began with
 * @returns those that the server took; a default that is fine is not among them, since a reset gives it back
 * @throws the server's error; 42501 where the role may not change a default that it cannot run with
 */
export async function applySettings(
  client: Pick<pg.Client, 'query'>,
  options: SessionSettings,
  defaults: SessionDefaults,
): Promise<ServerSettings> {
  const settings = { ...neutralSettings(defaults), ...sessionSettings(options) };
  try {
    await client.query([...Object.entries(settings).map(setStatement), `set ${CLOSED_PATH}`].join('; '));
    return settings;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return applyOneByOne(client, settings);
  }
}

function neutralSettings(defaults: SessionDefaults): ServerSettings {
  const wrong = Object.entries(NEUTRAL).filter(([name, { fine }]) => {
    const value = defaults[name];
    return value !== null && value !== undefined && !fine.test(value);
  });
  return Object.fromEntries(wrong.map(([name, { value }]) => [name, value]));
}

/** The privileged settings among those that had to be changed. */
export function privilegedDefaults(defaults: SessionDefaults): readonly string[] {
  return Object.keys(neutralSettings(defaults)).filter((name) => NEUTRAL[name]?.privileged);
}

async function applyOneByOne(client: Pick<pg.Client, 'query'>, settings: ServerSettings): Promise<ServerSettings> {
  const taken: Record<string, string> = {};
  await client.query(`set ${CLOSED_PATH}`);
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

/** As whom a session began: the user, or the role that the user, the database or the address names as a default. */
export const OWN_IDENTITY = ['set local session authorization default', 'set local role to default'];

/**
 * Gives a session back the state of a fresh one, without the cost of a connection and without losing its advisory lock:
 * DISCARD ALL minus pg_advisory_unlock_all(). Migrations may leave anything behind: SET search_path, SET ROLE, temporary tables.
 */
export function resetStatements(settings: ServerSettings): string {
  return [
    'close all',
    'set session authorization default',
    'reset role',
    'reset all',
    'deallocate all',
    'unlisten *',
    'discard temp',
    'discard sequences',
    ...Object.entries(settings).map(setStatement),
    `set ${CLOSED_PATH}`,
  ].join('; ');
}
