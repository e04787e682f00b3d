import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../src/embedded/postgres.js';
import { sharedDirectory } from './directory.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's url of the server that all tests share; {@link createTestDatabase} makes a database there. */
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({
    directory: sharedDirectory('postgres'),
    durable: false,
    bin: process.env['PAWL_TEST_POSTGRES_BIN'],
  });
  project.provide('postgresUrl', server.url);
  return server.stop;
}
