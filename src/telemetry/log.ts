import { DefaultLogger, type LogEntry, type LogLevel } from '@temporalio/worker';
import { logLine } from './log-line.js';
import { logText } from './log-text.js';

export type LogFormat = 'text' | 'json';

/** The worker's log on stderr: one line for each event, in one format. */
export function createLog(format: LogFormat, level: LogLevel): DefaultLogger {
  const line = format === 'json' ? logLine : logText;
  const retries = new Retries();
  return new DefaultLogger(level, (entry: LogEntry) => {
    const told = isNoise(entry) ? undefined : retries.told(entry);
    if (told) process.stderr.write(`${line(told)}\n`);
  });
}

/** Nanoseconds for which one line is enough. */
const QUIET = 60_000_000_000n;

/** The SDK's core tells of each call that it repeats, and a minute without Temporal has hundreds of them: one line a minute says it. */
export class Retries {
  #quietUntil = 0n;

  /** @returns the entry to write, undefined where the same was said a moment ago */
  told(entry: LogEntry): LogEntry | undefined {
    const [, call, times] = /^gRPC call (\w+) retried (\d+) times/.exec(entry.message) ?? [];
    if (call === undefined) return entry;
    if (entry.timestampNanos < this.#quietUntil) return undefined;
    this.#quietUntil = entry.timestampNanos + QUIET;
    return { ...entry, message: `A call to Temporal fails (${call}, repeated ${times} times); the worker keeps trying.` };
  }
}

/** Our activities log what they fail with, before the SDK logs that they have failed; and Nexus is nothing that we have. */
function isNoise({ message, meta }: LogEntry): boolean {
  if (message.startsWith('No Nexus services registered')) return true;
  return message === 'Activity failed' && (meta?.['error'] as Error | undefined)?.name === 'ApplicationFailure';
}
