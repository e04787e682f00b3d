import { homedir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, dropDatabase, onServer } from './database.js';
import { startPostgres } from './postgres.js';
import { dropAllRoles, dropRoles, makeRoles, withRoles, type ScratchRoles } from './scratch-roles.js';
import { startRun, type ScratchRun } from './scratch-run.js';

/** A server with the right to CREATE DATABASE, to be used instead of the embedded one. */
const SERVER = 'PAWL_SCRATCH_DATABASE_URL';

/** Makes throwaway databases. */
export interface Scratch {
  /** @returns the address of a database that stays until the work is done */
  create(): Promise<string>;
  /** Works on a database that is dropped right after, and so are the roles that it needs or makes: those belong to the server. */
  use<T>(roles: ScratchRoles, work: (url: string) => Promise<T>): Promise<T>;
}

/** What the real place has before the first migration: the throwaway databases get it too. */
export interface ScratchLike {
  /** Name of the real database, which migrations may say; used where the server is ours and nobody else works on it. */
  readonly database?: string | undefined;
  readonly roles: readonly string[];
  /** Puts the rest into an empty database. */
  prepare(url: string): Promise<void>;
}

interface Server {
  readonly url: string;
  /** Nobody but Pawl uses it. */
  readonly own: boolean;
  readonly run: ScratchRun;
  readonly stop: () => Promise<void>;
}

/**
 * Runs work with throwaway databases, on the server that PAWL_SCRATCH_DATABASE_URL names or else on an embedded one, started when the
 * first is asked for. They are dropped afterwards, and so are those that killed processes left behind.
 * @param options.bin folder of a PostgreSQL's programs to use instead of the embedded one
 */
export async function withScratch<T>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (scratch: Scratch) => Promise<T>,
  { bin, like }: { readonly bin?: string | undefined; readonly like?: ScratchLike | undefined } = {},
): Promise<T> {
  let server: Server | undefined;
  const made: string[] = [];
  const roles: string[] = [];
  let named = false;
  const make = async (): Promise<{ server: Server; name: string; url: string }> => {
    server ??= await openServer(environment, bin);
    const wanted = like?.database;
    const isFree = server.own && wanted !== undefined && !named && !RESERVED.includes(wanted) && (await server.run.alone());
    const name = isFree ? wanted : server.run.nextName();
    if (isFree) {
      named = true;
      // One of a run that was killed.
      await dropDatabase(server.url, name);
    }
    made.push(name);
    return { server, name, url: await createDatabase(server.url, name) };
  };
  const drop = async (url: string, name: string): Promise<void> => {
    await dropDatabase(url, name);
    if (name === like?.database) named = false;
  };
  try {
    return await work({
      async create() {
        const { server: used, name, url } = await make();
        if (like) {
          roles.push(...(await makeRoles(used.url, { needed: like.roles, made: [] }, name)));
          await like.prepare(url);
        }
        return url;
      },
      async use(wanted, onDatabase) {
        const { server: used, name, url } = await make();
        const needed = [...wanted.needed, ...(like?.roles ?? [])];
        return withRoles(used.url, { ...wanted, needed }, { name, drop: () => drop(used.url, name) }, async () => {
          await like?.prepare(url);
          return onDatabase(url);
        });
      },
    });
  } finally {
    if (server) await close(server, made, roles);
  }
}

/** Names that a server has a database of its own under. */
const RESERVED = ['postgres', 'template0', 'template1'];

async function openServer(environment: Readonly<Record<string, string | undefined>>, bin: string | undefined): Promise<Server> {
  const url = environment[SERVER];
  const server =
    url === undefined
      ? { ...(await startPostgres({ directory: cacheDirectory(environment, bin), durable: false, bin })), own: true }
      : { url, stop: () => Promise.resolve(), own: false };
  return { url: server.url, own: server.own, stop: server.stop, run: await startRun(server.url) };
}

async function close({ url, own, run, stop }: Server, made: readonly string[], roles: readonly string[]): Promise<void> {
  for (const name of made) await dropDatabase(url, name);
  await onServer(url, (client) => dropRoles(client, roles));
  if (own && (await run.alone())) await dropAllRoles(url);
  await run.end();
  await stop();
}

function cacheDirectory(environment: Readonly<Record<string, string | undefined>>, bin = ''): string {
  return join(
    environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'pawl',
    `scratch-postgres${bin.replaceAll(/\W+/g, '-')}`,
  );
}
