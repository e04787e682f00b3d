import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A `pawl` process that chaos starts, pauses and kills. */
export interface Program {
  readonly pid: number;
  readonly alive: () => boolean;
  readonly output: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

export function startProgram(main: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Program {
  const child: ChildProcess = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  return { pid: child.pid ?? 0, alive, output: () => output, signal: (signal) => void (alive() && child.kill(signal)), ended };
}
