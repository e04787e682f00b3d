import pg from 'pg';
import { EngineError } from '../engine/error.js';
import { identifier } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { STATE } from '../engine/postgres/states.js';

/**
 * Makes a database on the server of `url`, without what somebody has put into template1.
 * @returns the url of the new database
 * @throws EngineError `POSTGRES_UNAVAILABLE` where the server refuses
 */
export async function createDatabase(url: string, name: string): Promise<string> {
  await onServer(url, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${identifier(name)} TEMPLATE template0`);
    } catch (error) {
      throw isServerError(error) ? refused(error.code, error.message) : error;
    }
  });
  const made = new URL(url);
  made.pathname = `/${encodeURIComponent(name)}`;
  return made.href;
}

function refused(code: string, message: string): EngineError {
  const next =
    code === STATE.insufficientPrivilege
      ? 'Its user needs the right to make databases: ALTER ROLE ... CREATEDB. Or name another server in PAWL_SCRATCH_DATABASE_URL.'
      : 'See what the server says; or name another one in PAWL_SCRATCH_DATABASE_URL, or none, and an embedded one is started.';
  return new EngineError('POSTGRES_UNAVAILABLE', 'refused', `no throwaway database can be made: ${message}`, {
    next,
    sqlstate: code,
  });
}

/** Drops a database of the server of `url`, with the connections that are open to it; nothing when there is none. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await onServer(url, (client) => client.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`));
}

/** Works on a plain connection of its own to a server that is ours. */
export async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
