import { randomUUID } from 'node:crypto';
import { symlinkSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { executeCommand } from '../../../src/exec/execute.js';
import { traceOf } from '../../../src/exec/leftover.js';
import { recorder } from '../../support/engine.js';

async function run(command: readonly string[], more: { timeout?: string } = {}): Promise<string[]> {
  const lines: string[] = [];
  const execution = {
    command: { name: 'program', command: [...command], timeout: more.timeout ?? '1m' } as Parameters<
      typeof executeCommand
    >[0]['command'],
    root: tmpdir(),
    environment: { PATH: process.env['PATH'] },
    log: (line: string) => void lines.push(line),
    id: randomUUID(),
  };
  await executeCommand(execution, recorder());
  return lines;
}

it('output without line ends comes in parts', async () => {
  const lines = await run(['sh', '-c', 'head -c 200000 /dev/zero | tr "\\0" x']);
  expect(lines.map(({ length }) => length)).toEqual([65_536, 65_536, 65_536, 3_392]);
});

it('a flood of output is not logged whole', async () => {
  const lines = await run(['sh', '-c', 'yes | head -c 1000000']);
  expect(lines.length).toBeLessThan(60_000);
  expect(lines.at(-1)).toMatch(/the rest of the output is not logged/);
});

it('a child that keeps the pipe keeps nobody waiting', async () => {
  const endless = `setsid sleep 30 & echo $!; exit 0`;
  const [pid] = await run(['sh', '-c', endless]);
  process.kill(Number(pid));
});

it.each([[['']], [['echo', 'a\0b']], [['no-such-program-anywhere']]])('%j is told to be no command', async (command) => {
  await expect(run(command)).rejects.toMatchObject({ code: 'EXEC_FAILED' });
});

it('a time-out that no timer can hold is one', async () => {
  expect(await run(['echo', 'a'], { timeout: '99999999d' })).toEqual(['a']);
});

it('what lies in the place of a note decides nothing, and is not written through', () => {
  const id = randomUUID();
  const folder = join(tmpdir(), `pawl-exec-${process.getuid?.()}`);
  const victim = join(tmpdir(), `victim-${id}`);
  traceOf(id).endLeftover();
  writeFileSync(join(folder, `${id}.pid`), '1 0');
  traceOf(id).endLeftover();
  symlinkSync(victim, join(folder, `${id}.pid`));
  traceOf(id).note(process.pid);
  expect(existsSync(victim)).toBe(false);
  traceOf(id).forget(process.pid);
  expect(existsSync(join(folder, `${id}.pid`))).toBe(false);
  mkdirSync(folder, { recursive: true });
});
