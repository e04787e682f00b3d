import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Progress } from '../../src/engine/control.js';
import type { EngineTarget } from '../../src/engine/target.js';
import { waitFor } from './wait.js';

/** What one attempt process is to deploy. */
export interface AttemptOrder {
  readonly url: string;
  readonly deployId: string;
  readonly owner: string;
  readonly migrations: readonly (readonly [version: string, sql: string])[];
  /** Files of a constraints stage after them. */
  readonly constraints?: readonly (readonly [version: string, sql: string])[] | undefined;
  readonly settings?: Partial<EngineTarget> | undefined;
  /** How long one call may apply migrations, whose commits then wait for the disk once, in milliseconds; 0 by default: one by one. */
  readonly milliseconds?: number;
}

export type AttemptNews =
  | { readonly kind: 'begun'; readonly epoch: number }
  | { readonly kind: 'applied'; readonly versions: readonly string[] }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: string; readonly verdict: string; readonly message: string };

export interface Attempt {
  readonly pid: number;
  readonly news: readonly AttemptNews[];
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Waits for its end. */
  readonly ended: () => Promise<AttemptNews | undefined>;
  /** Whether SIGSTOP holds it. */
  readonly stopped: () => boolean;
}

export interface CrashSettings {
  /** Fault point, see src/engine/crash-point.ts. */
  readonly at?: string;
  readonly with?: NodeJS.Signals;
}

const running = new Set<ChildProcess>();

/** Starts one attempt as a process of its own. */
export function startAttempt(order: AttemptOrder, crash: CrashSettings = {}): Attempt {
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (crash.at) env['PAWL_CRASH_AT'] = crash.at;
  if (crash.with) env['PAWL_CRASH_WITH'] = crash.with;
  const child = fork(new URL('./attempt-process.ts', import.meta.url), [JSON.stringify(order)], {
    execArgv: ['--import', 'tsx'],
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  const news: AttemptNews[] = [];
  child.on('message', (message) => news.push(message as AttemptNews));
  const closed = once(child, 'close').finally(() => running.delete(child));
  const pid = child.pid ?? 0;
  return {
    pid,
    news,
    signal: (signal) => child.kill(signal),
    async ended() {
      await closed;
      return news.at(-1);
    },
    stopped: () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.startsWith('T'),
  };
}

/** Makes attempts until one says done, as Temporal's retries do. @throws when an attempt fails for good */
export async function finishDeployOf(order: AttemptOrder): Promise<readonly AttemptNews[]> {
  return waitFor(
    async () => {
      const attempt = startAttempt(order);
      const last = await attempt.ended();
      if (last?.kind === 'failed' && last.verdict !== 'retry') throw new Error(`${last.code}: ${last.message}`);
      return last?.kind === 'done' && attempt.news;
    },
    { timeout: 40_000, what: 'the deploy to finish' },
  );
}

/** Ends what a test left running. */
export async function endAttempts(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }),
  );
}
