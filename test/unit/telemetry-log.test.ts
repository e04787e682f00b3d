import { expect, it } from 'vitest';
import { Retries } from '../../src/telemetry/log.js';
import { logLine } from '../../src/telemetry/log-line.js';
import { logText } from '../../src/telemetry/log-text.js';

const failed = {
  level: 'WARN',
  timestampNanos: 1_795_854_501_331_000_000n,
  message: 'cannot connect to PostgreSQL:\n  connect ECONNREFUSED',
  meta: {
    ...{
      taskToken: 'x',
      namespace: 'default',
      taskQueue: 'pawl-1',
      workflowType: 'deploy',
      activityType: 'apply',
      isLocal: false,
    },
    ...{
      sdkComponent: 'activity',
      workflowId: 'deploy/staging/orders',
      workflowRunId: 'r1',
      activityId: 'apply-002',
      attempt: 3,
    },
    ...{ code: 'CONNECT_FAILED', version: undefined, next: 'Check that the server runs.' },
  },
} as const;

it('a failure is one line of text: what happened, what to do, and what it is about', () => {
  expect(logText(failed)).toBe(
    '2026-11-28T08:28:21.331Z [WARN] cannot connect to PostgreSQL: connect ECONNREFUSED Check that the server runs. target=orders environment=staging activity=apply-002 attempt=3 code=CONNECT_FAILED',
  );
});

it('an error beside a message is its words in text, and has its stack in JSON', () => {
  const entry = { ...failed, meta: { error: new TypeError('no "x" here') } };
  expect(logText(entry)).toContain('ECONNREFUSED error="no \\"x\\" here"');
  expect(JSON.parse(logLine(entry))).toMatchObject({
    error: { name: 'TypeError', stack: expect.stringContaining('TypeError') as string },
  });
});

it('calls to Temporal that are repeated are one line a minute, whichever they are', () => {
  const retries = new Retries();
  const at = (seconds: number, message: string) =>
    retries.told({ level: 'WARN', message, timestampNanos: BigInt(seconds) * 1_000_000_000n })?.message;
  const poll = 'gRPC call poll_workflow_task_queue retried 5 times';
  expect(at(100, poll)).toBe('A call to Temporal fails (poll_workflow_task_queue, repeated 5 times); the worker keeps trying.');
  expect(at(101, 'gRPC call describe_schedule retried 6 times')).toBeUndefined();
  expect(at(102, 'applied 001_a.sql')).toBe('applied 001_a.sql');
  expect(at(159, poll)).toBeUndefined();
  expect(at(160, poll)).toMatch(/keeps trying/);
});
