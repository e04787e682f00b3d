import type pg from 'pg';
import { EngineError } from '../error.js';
import type { DatabaseUrl } from '../address.js';
import { closeClient } from './close.js';
import { companionOf } from './companion.js';
import { connectError } from './connect-error.js';
import { open } from './open.js';
import { refusedPooler, routeOf, type Route } from './pooler.js';
import { watchPulse } from './pulse.js';
import { readFacts, type ServerIdentity, type SessionFacts } from './server.js';
import { applySettings, privilegedDefaults, type ServerSettings, type SessionSettings } from './settings.js';
import { isServerError } from './sqlstate.js';
import { STATE } from './states.js';

export type { ServerIdentity } from './server.js';

/** One connection of ours, checked and set up; closed after one attempt, never pooled. */
export interface Session {
  readonly client: pg.Client;
  /** Backend process id as the server sees it. */
  readonly pid: number;
  /** As the server calls it. */
  readonly database: string;
  readonly server: ServerIdentity;
  readonly route: Exclude<Route, 'transaction pooler'>;
  /** What a reset of the session has to put in force again. */
  readonly settings: ServerSettings;
  close(): Promise<void>;
}

export interface ConnectOptions extends SessionSettings {
  readonly url: DatabaseUrl;
}

/**
 * Opens a connection that is fit for DDL: to a primary, not through a transaction pooler, with our session settings. Until all of that is
 * known nothing is set on the session and nothing is locked: it may be shared.
 * @throws EngineError `CONNECT_*`
 */
export async function connect(options: ConnectOptions): Promise<Session> {
  const client = await open(options.url, options.application);
  const companion = companionOf(options.url);
  try {
    const facts = await readFacts(client, options.url);
    refuseOldServer(facts.server.version);
    const route = await routeOf(client, facts.pid, (work) => companion.use(work));
    if (route === 'transaction pooler') throw refusedPooler();
    if (facts.recovering) throw readOnlyServer('is a standby');
    const settings = await setUp(client, options, facts);
    if (facts.readOnly && (await isReadOnly(client))) throw readOnlyServer('only allows reading');
    const rest = watchPulse(client, companion);
    return {
      client,
      pid: facts.pid,
      database: facts.database,
      server: facts.server,
      route,
      settings,
      async close() {
        rest();
        await companion.release();
        await closeClient(client);
      },
    };
  } catch (error) {
    await companion.release();
    await closeClient(client);
    throw connectError(error);
  }
}

async function setUp(client: pg.Client, options: ConnectOptions, { defaults }: SessionFacts): Promise<ServerSettings> {
  try {
    return await applySettings(client, options, defaults);
  } catch (error) {
    const [name] = privilegedDefaults(defaults);
    if (name === undefined || !isServerError(error) || error.code !== STATE.insufficientPrivilege) throw error;
    throw new EngineError(
      'CONNECT_PERMISSION',
      'refused',
      `the session begins with ${name} = ${defaults[name]!}, and its user may not change that`,
      {
        next: `Take the default away: ALTER ROLE ... RESET ${name} (or ALTER DATABASE ... RESET ${name}).`,
        sqlstate: error.code,
      },
    );
  }
}

/** Asked again once the defaults of role and database are out of force: what is left is the server's own. */
async function isReadOnly(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
  return rows[0]!.transaction_read_only === 'on';
}

function refuseOldServer(version: number): void {
  if (version >= 140000) return;
  throw new EngineError(
    'CONNECT_FAILED',
    'refused',
    `the server is PostgreSQL ${Math.floor(version / 10000)}; Pawl needs 14 or newer`,
    { next: 'Deploy to a supported server.' },
  );
}

function readOnlyServer(what: string): EngineError {
  return new EngineError('CONNECT_READ_ONLY', 'retry', `the server ${what}`, {
    next: 'Point the connection string at the primary (several hosts with target_session_attrs=read-write find it).',
  });
}
