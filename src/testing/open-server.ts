import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ProcessEnvironment } from '../config/resolve.js';
import { startPostgres } from '../embedded/postgres.js';
import { EngineError } from '../engine/error.js';
import { sweep } from './sweep.js';
import { TestServer } from './test-server.js';

const opened = new Map<string, Promise<TestServer>>();

/**
 * The server that is named, or else an embedded one. A process opens it once, and drops what processes that were killed have left there.
 * @throws EngineError
 */
export async function openTestServer(url: string | undefined, environment: ProcessEnvironment): Promise<TestServer> {
  const named = url ?? (environment['PAWL_TEST_DATABASE_URL'] || environment['PAWL_SCRATCH_DATABASE_URL']);
  const key = named ?? '';
  let server = opened.get(key);
  if (!server) {
    server = (named === undefined || named === '' ? startEmbedded(environment) : Promise.resolve(named)).then(connect);
    opened.set(key, server);
    server.catch(() => opened.delete(key));
  }
  return server;
}

/** It ends with the last process that uses it. */
async function startEmbedded(environment: ProcessEnvironment): Promise<string> {
  const directory = join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pawl', 'test-postgres');
  return (await startPostgres({ directory, durable: false })).url;
}

async function connect(url: string): Promise<TestServer> {
  if (!URL.canParse(url)) {
    throw new EngineError('CONNECT_FAILED', 'refused', 'the address of the server for test databases is no URL', {
      next: 'Give it as postgres://user:password@host:port/postgres.',
    });
  }
  const server = await TestServer.open(url).catch((error: unknown) => {
    const { host } = new URL(url);
    throw new EngineError(
      'CONNECT_FAILED',
      'refused',
      `cannot use the server for test databases at ${host}: ${(error as Error).message}`,
      {
        next: 'Name one whose user may CREATE DATABASE in PAWL_TEST_DATABASE_URL, or none, and an embedded one is started.',
        cause: error,
      },
    );
  });
  await server.locked('sweep', () => sweep(server));
  return server;
}
