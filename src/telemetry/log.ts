import { DefaultLogger, type LogEntry, type LogLevel } from '@temporalio/worker';
import { logLine } from './log-line.js';
import { logText } from './log-text.js';

export type LogFormat = 'text' | 'json';

/** The worker's log on stderr: one line for each event, in one format. */
export function createLog(format: LogFormat, level: LogLevel): DefaultLogger {
  const line = format === 'json' ? logLine : logText;
  return new DefaultLogger(level, (entry: LogEntry) => {
    if (!isNoise(entry)) process.stderr.write(`${line(entry)}\n`);
  });
}

/** Our activities log what they fail with, before the SDK logs that they have failed; and Nexus is nothing that we have. */
function isNoise({ message, meta }: LogEntry): boolean {
  if (message.startsWith('No Nexus services registered')) return true;
  return message === 'Activity failed' && (meta?.['error'] as Error | undefined)?.name === 'ApplicationFailure';
}
