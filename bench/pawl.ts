import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Servers } from './servers.js';
import { timed } from './timing.js';

export const MAIN = fileURLToPath(new URL('../dist/bin/pawl.js', import.meta.url));
const ENGINE = fileURLToPath(new URL('engine.ts', import.meta.url));

export interface Bench {
  readonly directory: string;
  /** Name of the target in its configuration. */
  readonly target: string;
  readonly url: string;
  readonly servers: Servers;
}

export function environment({ url, servers }: Bench): NodeJS.ProcessEnv {
  return { BENCH_DATABASE_URL: url, TEMPORAL_ADDRESS: servers.temporal.address };
}

/** Seconds that one command takes, from start to exit. */
export function timePawl(bench: Bench, ...args: string[]): Promise<number> {
  return timed({ command: [process.execPath, MAIN, ...args], cwd: bench.directory, env: environment(bench) });
}

/** Seconds that the engine takes in a process of its own, without the start of Node. */
export async function timeEngine(bench: Bench): Promise<number> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), ENGINE], {
    cwd: bench.directory,
    env: { ...process.env, ...environment(bench) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`the engine ended with ${code}`);
  return Number(said) / 1000;
}

export interface WarmWorker {
  readonly process: ChildProcess;
  readonly end: (signal?: NodeJS.Signals) => Promise<void>;
}

/** Starts a worker and waits until it polls and has nothing else to do, as when a deploy comes some time after its rollout. */
export async function startWorker(bench: Bench, env: NodeJS.ProcessEnv = {}): Promise<WarmWorker> {
  const child = spawn(process.execPath, [MAIN, 'worker'], {
    cwd: bench.directory,
    env: { ...process.env, ...environment(bench), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text;
      if (/pawl-[0-9a-f]{16}/.test(said)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('close', () => reject(new Error(`the worker ended:\n${said}`)));
  });
  await idle(child.pid!);
  return {
    process: child,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      await closed;
    },
  };
}

/** Waits until a process uses less than a tenth of a core. Linux only: Node does not tell what another process uses. */
async function idle(pid: number): Promise<void> {
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  for (let before = -Infinity, now = ticks(); now - before > 2; now = ticks()) {
    before = now;
    await sleep(250);
  }
}
