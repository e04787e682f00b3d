import { randomBytes } from 'node:crypto';
import { CancelledFailure, WorkflowFailedError, type ApplicationFailure, type Client } from '@temporalio/client';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
afterEach(() => project?.remove());

const A = { 'migrations/001_a.sql': 'create table a (id int primary key);' };
const B = { 'migrations/002_b.sql': 'create table b (id int primary key);' };

async function open(options: DeployProjectOptions): Promise<DeployProject> {
  project = await createDeployProject(options);
  return project;
}

const workflowId = () => `front-${randomBytes(5).toString('hex')}`;

/** As any client of Temporal does it, in any language: a type, a queue, one JSON object. */
function execute(client: Client, input: unknown): Promise<unknown> {
  return client.workflow.execute('pawl.deploy', { workflowId: workflowId(), taskQueue: 'pawl', args: [input] });
}

async function failureOf(work: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(WorkflowFailedError);
  return (error as WorkflowFailedError).cause as ApplicationFailure;
}

describe('the workflow pawl.deploy', () => {
  it('deploys the newest release of a target, or the one that is named, and its deploy is like any other', async () => {
    const { startWorker, target, write, applied } = await open({ files: A });
    await startWorker({ PAWL_RELEASE: 'r1' });
    await write(B);
    await startWorker({ PAWL_RELEASE: 'r2' });
    await withClient(async (client) => {
      expect(await execute(client, { target, release: 'r1' })).toMatchObject({
        outcome: 'done',
        release: { label: 'r1' },
        applied: 1,
      });
      expect(await execute(client, { target, by: 'ann' })).toMatchObject({
        outcome: 'done',
        release: { label: 'r2' },
        applied: 1,
      });
      const { memo, searchAttributes } = await client.workflow.getHandle(`deploy/${target}`).describe();
      expect(memo).toMatchObject({ label: 'r2', by: 'ann' });
      expect(searchAttributes).toMatchObject({ PawlTarget: [target], PawlRelease: ['r2'], PawlState: ['done'] });
    });
    expect(await applied()).toEqual(['1', '2']);
  });

  it('has a queue for each environment', async () => {
    const { startWorker, target } = await open({ files: A });
    await startWorker({ PAWL_ENVIRONMENT: 'staging' });
    await withClient(async (client) => {
      const start = { workflowId: workflowId(), taskQueue: 'pawl/staging', args: [{ target }] };
      expect(await client.workflow.execute('pawl.deploy', start)).toMatchObject({ outcome: 'done', applied: 1 });
      const { memo } = await client.workflow.getHandle(`deploy/staging/${target}`).describe();
      expect(memo).toMatchObject({ by: `workflow ${start.workflowId}` });
    });
  });

  it('fails as the deploy fails', async () => {
    const { startWorker, target } = await open({ files: { 'migrations/001_a.sql': 'select 1/0;' } });
    // Alone on its queue: a worker of another test would take the wait for the end, and be killed with it.
    const environment = workflowId();
    await startWorker({ PAWL_ENVIRONMENT: environment });
    const start = { workflowId: workflowId(), taskQueue: `pawl/${environment}`, args: [{ target, onFailure: 'abort' }] };
    const failure = await withClient((client) => failureOf(client.workflow.execute('pawl.deploy', start)));
    expect(failure).toMatchObject({ type: 'DeployFailed', message: expect.stringContaining('001_a.sql') as string });
  });

  it('cancels the deploy that it started, though the worker is dead that waits for its end; and a Schedule starts it', async () => {
    const { startWorker, target, pawl, env, applied } = await open({
      files: A,
      stages: '      - approve: { name: gate }\n      - migrate: migrations',
    });
    env['PAWL_ENVIRONMENT'] = workflowId();
    const first = await startWorker();
    const taskQueue = `pawl/${env['PAWL_ENVIRONMENT']}`;
    await withClient(async (client) => {
      const scheduleId = workflowId();
      const action = { type: 'startWorkflow', workflowType: 'pawl.deploy', taskQueue, args: [{ target }] } as const;
      const schedule = await client.schedule.create({ scheduleId, spec: {}, action, state: { paused: true } });
      await schedule.trigger();
      const waits = async () => (await pawl('status', '--json')).stdout.includes('waiting for approval');
      await waitFor(waits, { what: 'the approval' });
      const [recent] = (await schedule.describe()).info.recentActions;
      const front = client.workflow.getHandle(recent!.action.workflow.workflowId);
      await startWorker();
      await first.kill('SIGKILL');
      await front.cancel();
      expect(await front.result()).toMatchObject({ outcome: 'cancelled' });
      await schedule.delete();
    });
    expect(await applied()).toEqual([]);
  });

  it('is cancelled as such while it waits for its turn, though the worker that waits is dead', async () => {
    const { startWorker, spawn, target, write, env, applied } = await open({
      files: A,
      stages: `      - exec: { name: wait, command: [sh, -c, 'until [ -e go ]; do sleep 0.1; done'] }\n      - migrate: migrations`,
    });
    env['PAWL_ENVIRONMENT'] = workflowId();
    const first = await startWorker();
    await spawn('deploy').waitForOutput(/1 pending/);
    await write(B);
    const second = await startWorker();
    await withClient(async (client) => {
      const options = { workflowId: workflowId(), taskQueue: `pawl/${env['PAWL_ENVIRONMENT']}`, args: [{ target }] };
      const front = await client.workflow.start('pawl.deploy', options);
      const waits = async () =>
        (await front.describe()).raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'startDeploy');
      await waitFor(waits, { what: 'its turn is waited for' });
      await Promise.all([first.kill('SIGKILL'), second.kill('SIGKILL')]);
      await front.cancel();
      await startWorker();
      const failed = await front.result().then(
        () => undefined,
        (error: unknown) => error as WorkflowFailedError,
      );
      expect(failed?.cause).toBeInstanceOf(CancelledFailure);
      expect((await front.describe()).status.name).toBe('CANCELLED');
    });
    expect(await applied()).toEqual([]);
  });

  it('refuses what it cannot do, with a sentence', async () => {
    const { startWorker, target } = await open({ files: A });
    await startWorker({ PAWL_RELEASE: 'r1' });
    const wrong: [unknown, RegExp][] = [
      [undefined, /expected one JSON object with "target"/],
      [null, /expected one JSON object/],
      ['orders', /expected one JSON object/],
      [[target], /expected one JSON object/],
      [7, /expected one JSON object/],
      [{}, /expected "target"/],
      [{ target: null }, /expected "target"/],
      [{ target: '' }, /"target": expected text/],
      [{ target: 7 }, /"target": expected text, found number/],
      [{ target: 'x'.repeat(501) }, /at most 500/],
      [{ target: 'a\u0000b' }, /control characters/],
      [{ target, release: 7 }, /"release": expected text/],
      [{ target, relase: 'r1' }, /there is no key "relase"/],
      [{ target, onFailure: 'stop' }, /"onFailure": expected "block" or "abort"/],
      [{ target, ifBusy: true }, /"ifBusy": expected text/],
      [{ target, by: {} }, /"by": expected text/],
      [{ target: 'nobody-serves-this' }, /no worker serves nobody-serves-this; nothing was started/],
      [{ target, release: 'r9' }, /no worker holds release r9 of .*, but r1 \(/],
    ];
    await withClient(async (client) => {
      for (const [input, message] of wrong) {
        const failure = await failureOf(execute(client, input));
        expect(failure).toMatchObject({ type: 'Refused', message: expect.stringMatching(message) as string });
      }
      await expect(client.workflow.getHandle(`deploy/${target}`).describe()).rejects.toThrow(/not found/i);
    });
  });
});
