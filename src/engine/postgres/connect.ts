import pg from 'pg';
import { EngineError } from '../error.js';
import { closeClient } from './close.js';
import { connectError } from './connect-error.js';
import { refuseTransactionPooling } from './pooler.js';
import { watchPulse } from './pulse.js';
import { applySettings, type ServerSettings, type SessionSettings } from './settings.js';

/** One connection of ours, checked and set up; closed after one attempt, never pooled. */
export interface Session {
  readonly client: pg.Client;
  /** Backend process id as the server sees it. */
  readonly pid: number;
  readonly server: ServerIdentity;
  /** What a reset of the session has to put in force again. */
  readonly settings: ServerSettings;
  close(): Promise<void>;
}

/** Which cluster answered; a change in mid-deploy means a failover or a moved name. */
export interface ServerIdentity {
  readonly version: number;
  readonly systemIdentifier: string;
  readonly timeline: number;
}

export interface ConnectOptions extends SessionSettings {
  readonly url: string;
  /** A reader may use a standby and a pooler. */
  readonly readOnly?: boolean;
}

const CONNECT_TIMEOUT = 10_000;

/**
 * Opens a connection that is fit for DDL: to a primary, not through a transaction pooler, with our session settings.
 * @throws EngineError `CONNECT_*`
 */
export async function connect(options: ConnectOptions): Promise<Session> {
  const client = await open(options.url, options.application);
  try {
    const { rows } = await client.query<Facts>(FACTS);
    const facts = rows[0]!;
    if (!options.readOnly) {
      refuseReadOnly(facts);
      await refuseTransactionPooling(client, facts.pid, () => open(options.url, options.application));
    }
    const settings = await applySettings(client, options);
    const rest = watchPulse(client, () => open(options.url, 'pawl:pulse'));
    return {
      client,
      pid: facts.pid,
      server: { version: facts.version, systemIdentifier: facts.system, timeline: facts.timeline },
      settings,
      close() {
        rest();
        return closeClient(client);
      },
    };
  } catch (error) {
    await closeClient(client);
    throw connectError(error);
  }
}

/** Opens a bare connection; for work that needs no settings of ours (a notification, an observer). */
export async function open(url: string, application: string): Promise<pg.Client> {
  const client = newClient(url, application);
  // A server that goes away also emits 'error' on the idle client; the query in flight rejects with the same news.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw connectError(error);
  }
}

function newClient(url: string, application: string): pg.Client {
  try {
    return new pg.Client({
      connectionString: url,
      application_name: application.slice(0, 63),
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
  } catch (error) {
    throw connectError(error);
  }
}

interface Facts {
  pid: number;
  version: number;
  recovering: boolean;
  readonly: string;
  system: string;
  timeline: number;
}

/**
 * pg_control_system() may be closed to ordinary roles on some managed servers, hence the privilege check. The timeline is taken from the
 * name of the current WAL file: pg_control_checkpoint() still shows the old one until the first checkpoint after a promotion.
 */
const FACTS = `
  select pg_backend_pid() as pid,
         current_setting('server_version_num')::int as version,
         pg_is_in_recovery() as recovering,
         current_setting('transaction_read_only') as readonly,
         case when has_function_privilege('pg_control_system()', 'execute')
              then (select system_identifier::text from pg_control_system()) else '' end as system,
         case when not pg_is_in_recovery() and has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')
              then ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int else 0 end as timeline`;

function refuseReadOnly(facts: Facts): void {
  if (facts.version < 140000) {
    throw new EngineError(
      'CONNECT_FAILED',
      'refused',
      `the server is PostgreSQL ${Math.floor(facts.version / 10000)}; Pawl needs 14 or newer`,
      {
        next: 'Deploy to a supported server.',
      },
    );
  }
  if (!facts.recovering && facts.readonly === 'off') return;
  const what = facts.recovering ? 'is a standby' : 'only allows reading';
  throw new EngineError('CONNECT_READ_ONLY', 'retry', `the server ${what}`, {
    next: 'Point the connection string at the primary (several hosts with target_session_attrs=read-write find it).',
  });
}
