import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/bin/pawl.js', import.meta.url));

export interface PawlOptions {
  readonly cwd: string;
  /** Added to this process's environment; undefined takes a variable away. */
  readonly env?: Record<string, string | undefined> | undefined;
  /** `pipe`: the test writes to standard input; otherwise it is empty. */
  readonly stdin?: 'pipe' | undefined;
}

export interface Outcome {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Pawl {
  readonly pid: number;
  /** What was written so far. */
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Resolves when stdout or stderr has matched; rejects when the process ends first or after `timeout` ms (30 s). */
  readonly waitForOutput: (pattern: RegExp, timeout?: number) => Promise<RegExpExecArray>;
  /** Sends a signal (SIGTERM) and waits for the end; for a process that has ended, its outcome. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<Outcome>;
  readonly exited: Promise<Outcome>;
  /** To standard input, with `stdin: 'pipe'`. */
  readonly write: (text: string) => void;
  readonly endInput: () => void;
}

/** Runs `pawl <args>` of dist/ to its end. After `timeout` ms (60 s) it is killed and the promise rejects with its output. */
export async function runPawl(args: string[], options: PawlOptions & { readonly timeout?: number }): Promise<Outcome> {
  const { timeout = 60_000 } = options;
  const pawl = spawnPawl(args, options);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeout, 'late');
  });
  const first = await Promise.race([pawl.exited, late]);
  clearTimeout(timer);
  if (first !== 'late') return first;
  const { stdout, stderr } = await pawl.kill('SIGKILL');
  throw new Error(`pawl ${args.join(' ')} still ran after ${timeout} ms\n--- stdout\n${stdout}\n--- stderr\n${stderr}`);
}

/** Starts `pawl <args>` of dist/; the test ends it. */
export function spawnPawl(args: string[], options: PawlOptions): Pawl {
  // Vitest sets NODE_ENV and VITEST, which users do not have.
  const env = { ...process.env, NODE_ENV: undefined, VITEST: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, ...options.env };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd, env, stdio: 'pipe' });
  if (options.stdin === undefined) child.stdin.end();
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
    });
  }
  const exited = once(child, 'close').then(([code]): Outcome => ({ code: code as number | null, ...written }));
  return {
    pid: child.pid ?? 0,
    output: () => ({ ...written }),
    exited,
    write: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    kill(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return exited;
    },
    waitForOutput(pattern, timeout = 30_000) {
      return new Promise((resolve, reject) => {
        const fail = (what: string) => {
          finish();
          reject(new Error(`${what} before ${String(pattern)}\n--- stdout\n${written.stdout}\n--- stderr\n${written.stderr}`));
        };
        const look = () => {
          const match = pattern.exec(written.stdout) ?? pattern.exec(written.stderr);
          if (match === null) return;
          finish();
          resolve(match);
        };
        const ended = () => {
          fail(`pawl ${args.join(' ')} ended`);
        };
        const timer = setTimeout(() => {
          fail(`${timeout} ms passed`);
        }, timeout);
        const finish = () => {
          clearTimeout(timer);
          child.stdout.off('data', look);
          child.stderr.off('data', look);
          child.off('close', ended);
        };
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        child.on('close', ended);
        look();
      });
    },
  };
}
