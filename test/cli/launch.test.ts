import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

let elsewhere: string | undefined;
afterEach(() => {
  if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
});

it('starts through a link, as npm makes one for a program', () => {
  elsewhere = mkdtempSync(join(tmpdir(), 'pawl-launch-'));
  cpSync(join(root, 'dist/bin'), join(elsewhere, 'dist/bin'), { recursive: true });
  cpSync(join(root, 'package.json'), join(elsewhere, 'package.json'));
  symlinkSync(join(elsewhere, 'dist/bin/pawl.js'), join(elsewhere, 'pawl'));
  expect(execFileSync(join(elsewhere, 'pawl'), ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it.each([
  ['--help', 0, ''],
  ['no-such-verb', 2, "error: unknown command 'no-such-verb'"],
])('ends as always when its reader has left: %s', async (argument, exit, says) => {
  const child = spawn(process.execPath, [join(root, 'dist/bin/pawl.js'), argument], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(exit);
  expect(stderr).toContain(says);
  expect(stderr).not.toContain('EPIPE');
});
