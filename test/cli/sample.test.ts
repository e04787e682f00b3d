import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { freePort } from '../../src/embedded/free-port.js';
import { runPawl } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait.js';

const root = join(import.meta.dirname, '../..');
const files = ['migrations/schema', 'migrations/constraints'].flatMap((directory) => readdirSync(join(root, directory)));

let database: TestDatabase;
let env: Record<string, string>;
let dependent: ChildProcess | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  env = { ORDERS_DATABASE_URL: database.url, TEMPORAL_ADDRESS: inject('temporalAddress') };
});

afterEach(async () => {
  if (dependent?.exitCode === null && dependent.kill()) await once(dependent, 'close');
  await database.drop();
});

async function startDependent(): Promise<{ readonly health: () => Promise<number>; readonly output: () => string }> {
  const port = await freePort();
  const child = spawn(process.execPath, ['examples/dependent/server.js'], {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  dependent = child;
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return { health: async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status, output: () => output };
}

it('deploys the sample target; its dependent waits for it and hears of the next deploy', async () => {
  const { health, output } = await startDependent();
  await waitFor(async () => (await health()) === 503, { what: 'a dependent that awaits its schema' });

  const first = await runPawl(['deploy', '--with-worker'], { cwd: root, env });
  expect(first.stderr).toContain(`orders is deployed: ${files.length} applied`);
  expect(first.code).toBe(0);
  await waitFor(async () => (await health()) === 200, { what: 'a dependent that serves' });

  const second = await runPawl(['deploy', '--with-worker', '--release', 'again'], { cwd: root, env });
  expect(second.stderr).toContain('orders is deployed: 0 applied');
  await waitFor(() => output().includes('schema changed: release again'), { what: 'the signal' });

  const verified = await runPawl(['verify', '--json'], { cwd: root, env });
  expect(JSON.parse(verified.stdout)).toMatchObject({ applied: files.length, files: files.length, findings: [] });
});
