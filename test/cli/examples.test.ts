import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const root = join(import.meta.dirname, '../..');

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

it.each(['constraints', 'squash', 'retire', 'fleet'])('the example of %s goes as its story says', async (example) => {
  // Throwaway databases on the shared server, so that no other one is started.
  const env = { ...process.env, NODE_ENV: undefined, VITEST: undefined, NO_COLOR: '1', PAWL_SCRATCH_DATABASE_URL: database.url };
  const ran = promisify(execFile)(process.execPath, [`examples/${example}/run.js`], { cwd: root, env });
  const { stdout } = await ran.catch((error: unknown) => error as { stdout: string });
  expect(stdout.split('\n').filter((line) => line.includes('FAIL'))).toEqual([]);
  expect(stdout).toMatch(/The story went as it should\.\n$/);
});
