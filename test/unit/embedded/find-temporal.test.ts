import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findTemporal } from '../../../src/embedded/find-temporal.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pawl-test-find-'));
  vi.stubEnv('XDG_CACHE_HOME', directory);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

async function program(...path: string[]): Promise<string> {
  const file = join(directory, ...path, 'temporal');
  await mkdir(join(directory, ...path), { recursive: true });
  await writeFile(file, '');
  await chmod(file, 0o755);
  return file;
}

test('takes the program on PATH before the one in the cache', async () => {
  const cached = await program('pawl', 'temporal-1.5.1');
  vi.stubEnv('PATH', join(directory, 'nothing-here'));
  expect(await findTemporal()).toBe(cached);

  const own = await program('bin');
  await mkdir(join(directory, 'pawl', 'as-folder', 'temporal'), { recursive: true });
  vi.stubEnv('PATH', ['', join(directory, 'pawl', 'as-folder'), join(directory, 'bin')].join(delimiter));
  expect(await findTemporal()).toBe(own);

  await chmod(own, 0o644);
  expect(await findTemporal()).toBe(cached);
});
