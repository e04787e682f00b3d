import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withLock } from '../../../src/embedded/lock.js';
import { startOf } from '../../../src/embedded/process-table.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pawl-test-lock-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('lets one in at a time and leaves one file', async () => {
  let inside = 0;
  let waiting = 0;
  const enter = () =>
    withLock(
      directory,
      async () => {
        inside += 1;
        const most = inside;
        // The first one stays until all others have been turned away.
        await vi.waitUntil(() => waiting === 7, 5000);
        inside -= 1;
        return most;
      },
      () => {
        waiting += 1;
      },
    );
  const first = enter();
  await vi.waitUntil(() => inside === 1);
  const seen = await Promise.all([first, ...Array.from({ length: 7 }, enter)]);
  expect(seen).toEqual(Array(8).fill(1));
  expect(await readdir(directory)).toEqual(['8']);
});

test('is free again after work that failed', async () => {
  await expect(withLock(directory, () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');
  expect(await withLock(directory, () => Promise.resolve('in'))).toBe('in');
});

test('says once that another process holds it', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let entered = () => {};
  const first = new Promise<void>((resolve) => (entered = resolve));
  const one = withLock(directory, () => (entered(), held));
  await first;
  let waits = 0;
  const two = withLock(
    directory,
    () => Promise.resolve(waits),
    () => {
      waits += 1;
      setTimeout(release, 120);
    },
  );
  expect(await two).toBe(1);
  await one;
});

test('a holder that was killed does not keep it, nor does a process with its number', async () => {
  const holder = spawn('sleep', ['300']);
  const pid = holder.pid ?? 0;
  await writeFile(join(directory, '7'), `${pid} ${startOf(pid)}`);
  let waited = false;
  const entered = withLock(
    directory,
    () => Promise.resolve(waited),
    () => {
      waited = true;
      holder.kill('SIGKILL');
    },
  );
  expect(await entered).toBe(true);

  await writeFile(join(directory, '9'), `${process.pid} of-another-time`);
  expect(await withLock(directory, () => Promise.resolve('in'))).toBe('in');
});
