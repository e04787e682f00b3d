import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, dropDatabase } from './database.js';
import { startPostgres } from './postgres.js';
import { withRoles, type ScratchRoles } from './scratch-roles.js';

/** A server with the right to CREATE DATABASE, to be used instead of the embedded one. */
const SERVER = 'PAWL_SCRATCH_DATABASE_URL';

/** Ours to sweep: the time it was made is in the name, in seconds since 1970, base 36. */
const PREFIX = 'pawl_scratch_';

/** Seconds after which a throwaway database that is still there was left behind by a process that was killed. */
const LEFT_BEHIND = 6 * 60 * 60;

/** Makes throwaway databases. */
export interface Scratch {
  /** @returns the address of a database that stays until the work is done */
  create(): Promise<string>;
  /** Works on a database that is dropped right after, and so are the roles that it needs or makes: those belong to the server. */
  use<T>(roles: ScratchRoles, work: (url: string) => Promise<T>): Promise<T>;
}

interface Server {
  readonly url: string;
  /** Nobody but Pawl uses it. */
  readonly own: boolean;
  readonly stop: () => Promise<void>;
}

/**
 * Runs work with throwaway databases, on the server that PAWL_SCRATCH_DATABASE_URL names or else on an embedded one, started when the
 * first is asked for. They are dropped afterwards, and so are those that killed processes left behind.
 * @param bin folder of a PostgreSQL's programs to use instead of the embedded one
 */
export async function withScratch<T>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (scratch: Scratch) => Promise<T>,
  bin?: string,
): Promise<T> {
  let server: Server | undefined;
  const made: string[] = [];
  let roles: readonly string[] = [];
  const make = async (): Promise<{ server: Server; name: string; url: string }> => {
    if (!server) {
      server = await openServer(environment, bin);
      roles = await rolesOf(server.url);
    }
    const name = `${PREFIX}${Math.floor(Date.now() / 1000).toString(36)}_${randomBytes(4).toString('hex')}`;
    made.push(name);
    return { server, name, url: await createDatabase(server.url, name) };
  };
  try {
    return await work({
      create: async () => (await make()).url,
      async use(wanted, onDatabase) {
        const { server: used, name, url } = await make();
        return withRoles(used.url, wanted, async () => {
          try {
            return await onDatabase(url);
          } finally {
            await dropDatabase(used.url, name);
          }
        });
      },
    });
  } finally {
    for (const name of made) await dropDatabase(server!.url, name);
    if (server?.own) await dropRoles(server.url, roles);
    await server?.stop();
  }
}

async function openServer(environment: Readonly<Record<string, string | undefined>>, bin: string | undefined): Promise<Server> {
  const url = environment[SERVER];
  const server =
    url === undefined
      ? { ...(await startPostgres({ directory: cacheDirectory(environment, bin), durable: false, bin })), own: true }
      : { url, stop: () => Promise.resolve(), own: false };
  await sweep(server.url);
  return server;
}

function cacheDirectory(environment: Readonly<Record<string, string | undefined>>, bin = ''): string {
  return join(
    environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'pawl',
    `scratch-postgres${bin.replaceAll(/\W+/g, '-')}`,
  );
}

async function rolesOf(url: string): Promise<string[]> {
  return connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>('select rolname as name from pg_roles');
    return rows.map(({ name }) => name);
  });
}

/** Roles belong to the server: those that migrations made would be in the way of the same migrations the next time. */
async function dropRoles(url: string, before: readonly string[]): Promise<void> {
  await connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(rolname) as name from pg_roles r where rolname <> all ($1::text[])
         and not exists (select from pg_shdepend d where d.refobjid = r.oid and d.refclassid = 'pg_authid'::regclass)`,
      [before],
    );
    if (rows.length > 0) await client.query(`drop role if exists ${rows.map(({ name }) => name).join(', ')}`);
  });
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function sweep(url: string): Promise<void> {
  await connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [PREFIX],
    );
    const oldest = Date.now() / 1000 - LEFT_BEHIND;
    const left = rows.filter(({ name }) => parseInt(name.slice(PREFIX.length), 36) < oldest);
    for (const { name } of left) await dropDatabase(url, name);
  });
}
