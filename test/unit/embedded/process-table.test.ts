import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { commandLine, signalProcess, startOf } from '../../../src/embedded/process-table.js';

test('tells a process from those before and after it', async () => {
  const child = spawn('sleep', ['300']);
  const pid = child.pid ?? 0;
  await once(child, 'spawn');
  const start = startOf(pid);
  expect(start).not.toBe('');
  expect(startOf(pid)).toBe(start);
  expect(commandLine(pid)).toContain('300');

  signalProcess(pid, 'of another', 'SIGKILL');
  expect(startOf(pid)).toBe(start);
  signalProcess(pid, start, 'SIGKILL');
  await once(child, 'exit');
  expect(startOf(pid)).toBe('');
  expect(commandLine(pid)).toBe('');
  signalProcess(pid, start, 'SIGKILL');
});
