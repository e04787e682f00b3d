import { homedir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, dropDatabase } from './database.js';
import { startPostgres } from './postgres.js';
import { dropAllRoles, withRoles, type ScratchRoles } from './scratch-roles.js';
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
 * @param bin folder of a PostgreSQL's programs to use instead of the embedded one
 */
export async function withScratch<T>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (scratch: Scratch) => Promise<T>,
  bin?: string,
): Promise<T> {
  let server: Server | undefined;
  const made: string[] = [];
  const make = async (): Promise<{ server: Server; name: string; url: string }> => {
    server ??= await openServer(environment, bin);
    const name = server.run.nextName();
    made.push(name);
    return { server, name, url: await createDatabase(server.url, name) };
  };
  try {
    return await work({
      create: async () => (await make()).url,
      async use(wanted, onDatabase) {
        const { server: used, name, url } = await make();
        return withRoles(used.url, wanted, { name, drop: () => dropDatabase(used.url, name) }, () => onDatabase(url));
      },
    });
  } finally {
    if (server) await close(server, made);
  }
}

async function openServer(environment: Readonly<Record<string, string | undefined>>, bin: string | undefined): Promise<Server> {
  const url = environment[SERVER];
  const server =
    url === undefined
      ? { ...(await startPostgres({ directory: cacheDirectory(environment, bin), durable: false, bin })), own: true }
      : { url, stop: () => Promise.resolve(), own: false };
  return { url: server.url, own: server.own, stop: server.stop, run: await startRun(server.url) };
}

async function close({ url, own, run, stop }: Server, made: readonly string[]): Promise<void> {
  for (const name of made) await dropDatabase(url, name);
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
