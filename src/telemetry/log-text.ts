import type { LogEntry } from '@temporalio/worker';
import { visible } from '../text/visible.js';
import { logLine } from './log-line.js';

/** One line of text for a log entry: time, level, message, then the rest as JSON. Names and messages of others are shown, not obeyed. */
export function logText(entry: LogEntry): string {
  const { time, level, message, ...rest } = JSON.parse(logLine(entry)) as Record<'time' | 'level' | 'message', string>;
  const more = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  return visible(`${time} [${level.toUpperCase()}] ${message}${more}`);
}
