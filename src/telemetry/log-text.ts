import type { LogEntry } from '@temporalio/worker';
import { visible } from '../text/visible.js';
import { logLine } from './log-line.js';

/** What says nothing to a person who reads along; the JSON format has it. */
const LEFT_OUT = new Set([
  'deploy',
  'namespace',
  'taskQueue',
  'workflowType',
  'activityType',
  'sdkComponent',
  'isLocal',
  'activityId',
]);

/**
 * One line of text for a log entry: time, level, message, what to do next, then what it is about as `key=value`. Names and messages of
 * others are shown, not obeyed.
 */
export function logText(entry: LogEntry): string {
  const { time, level, message, next, ...rest } = JSON.parse(logLine(entry)) as Record<string, unknown>;
  const about = Object.entries(rest)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => `${key}=${valueText(value)}`);
  const text = [`${String(time)} [${String(level).toUpperCase()}]`, message, ...(next === undefined ? [] : [next]), ...about];
  return visible(text.join(' ').replaceAll(/\s*\n\s*/g, ' '));
}

function valueText(value: unknown): string {
  const text = errorText(value) ?? (typeof value === 'string' ? value : JSON.stringify(value));
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}

/** An error as its message: the stack is in the JSON format. */
function errorText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('stack' in value) || !('message' in value)) return undefined;
  return typeof value.message === 'string' ? value.message : undefined;
}
