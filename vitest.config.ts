import { defineConfig } from 'vitest/config';

const POSTGRES = './test/support/postgres-server.ts';
const TEMPORAL = './test/support/temporal-server.ts';

/** One folder of test/ with the servers that its tests share; a server starts only when tests of such a project run. */
function project(name: string, timeout: number, servers: string[]) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: timeout,
      hookTimeout: Math.max(timeout, 60_000),
      globalSetup: servers,
    },
  };
}

export default defineConfig({
  test: {
    // Threads crash with Temporal's native bridge.
    pool: 'forks',
    // Each test file may run a worker, a server and a browser beside itself.
    maxWorkers: 2,
    projects: [
      project('unit', 10_000, []),
      project('postgres', 60_000, [POSTGRES]),
      project('workflow', 120_000, [POSTGRES, TEMPORAL]),
      project('crash', 120_000, [POSTGRES, TEMPORAL]),
      project('replay', 60_000, []),
      project('cli', 120_000, [POSTGRES, TEMPORAL]),
      project('web', 120_000, [POSTGRES, TEMPORAL]),
      // Installs other tools: `npm run test:legacy`.
      ...(process.argv.includes('legacy') ? [project('legacy', 120_000, [POSTGRES])] : []),
      // Writes files that are kept: `npm run record-histories`.
      ...(process.env['PAWL_RECORD'] ? [project('record', 120_000, [POSTGRES, TEMPORAL])] : []),
    ],
  },
});
