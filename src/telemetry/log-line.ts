import type { LogEntry } from '@temporalio/worker';
import { parseWorkflowId } from '../contract/names.js';
import { visibleJson } from '../text/visible.js';

/** One line of JSON for a log entry: time, level and message first, then which target, deploy, attempt and migration it is about. */
export function logLine({ level, message, timestampNanos, meta = {} }: LogEntry): string {
  const { workflowId, runId, workflowRunId, activityId, ...rest } = meta as Record<string, unknown>;
  const { target, environment } = (typeof workflowId === 'string' && parseWorkflowId(workflowId)) || {};
  const json = JSON.stringify(
    {
      time: new Date(Number(timestampNanos / 1_000_000n)).toISOString(),
      level: level.toLowerCase(),
      message,
      target,
      environment,
      deploy: runId ?? workflowRunId,
      activity: activityId,
      ...rest,
    },
    withoutSecrets,
  );
  return visibleJson(json);
}

/** An error as its name and message: errors of PostgreSQL carry rows beside them. */
function withoutSecrets(key: string, value: unknown): unknown {
  if (key === 'taskToken') return undefined;
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return typeof value === 'bigint' ? String(value) : value;
}
