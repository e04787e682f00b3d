import type { WorkflowFailedError } from '@temporalio/client';
import { WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeployStatus } from '../../src/contract/deploy.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { historyText, withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';
import { RIGHT, WRONG_INPUTS } from '../support/wrong-inputs.js';

let project: DeployProject;
afterEach(() => project.remove());

const FILES = {
  'migrations/001_a.sql': 'create table a (id int primary key);',
  'migrations/002_b.sql': 'create table a (id int primary key);',
};

async function openWithWorker(): Promise<{ workflowId: string; taskQueue: string }> {
  project = await createDeployProject({ files: FILES });
  const worker = await project.startWorker();
  const [taskQueue] = await worker.waitForOutput(/pawl-[0-9a-f]{16}/);
  return { workflowId: `deploy/${project.target}`, taskQueue };
}

/** How the workflow ended that was started with some input. */
async function endOf({ workflow }: Client, options: { workflowId: string; taskQueue: string }, input: unknown): Promise<string> {
  const handle = await workflow.start('deploy', { ...options, args: input === undefined ? [] : [input] });
  const error: unknown = await handle.result().catch((reason: unknown) => reason);
  const { type, message, stack } = (error as WorkflowFailedError).cause as ApplicationFailure;
  expect(stack ?? '').not.toMatch(/workflow-bundle/);
  return `${type}: ${message}`;
}

describe('the workflow', () => {
  it('ends as refused with a sentence that names the field, whatever a client starts it with', async () => {
    const options = await openWithWorker();
    const { target } = project;
    const small = WRONG_INPUTS.filter(([input]) => (JSON.stringify(input) ?? '').length < 100_000);
    expect(small.length).toBeGreaterThan(50);
    await withClient(async (client) => {
      for (const [input, field] of small)
        expect(await endOf(client, options, input), JSON.stringify(input)).toMatch(
          `Refused: the input of the workflow is wrong: ${field}: `,
        );
      expect(await endOf(client, options, { ...RIGHT, target: 'another' })).toMatch('is not that of another');
      // Well made, and not what this worker holds.
      const digest = options.taskQueue.slice('pawl-'.length);
      const release = { digest, label: 'v1' };
      expect(await endOf(client, options, { ...RIGHT, target, release: { ...release, digest: '0'.repeat(16) } })).toMatch(
        'does not hold: digest 0000000000000000',
      );
      expect(await endOf(client, options, { ...RIGHT, target, release })).toMatch('does not hold: 2 stages instead of 1');
      const stages = [{ kind: 'signal', name: 'migrations', dependents: [] }];
      expect(await endOf(client, options, { ...RIGHT, target, release, stages })).toMatch('stage 1 is not "migrate: migrations"');
    });
    expect(await project.database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
  });

  it('says whose deploy it is, whichever client has started it', async () => {
    const options = await openWithWorker();
    const { target } = project;
    const release = { digest: options.taskQueue.slice('pawl-'.length), label: 'v7' };
    await withClient(async ({ workflow }) => {
      const stages = [{ kind: 'migrate', name: 'migrations' }];
      await workflow.start('deploy', { ...options, args: [{ target, release, stages, by: 'schedule', onFailure: 'block' }] });
      await waitFor(async () => (await statusOf(workflow)).state === 'blocked', { what: 'blocked' });
      const { memo, searchAttributes } = await workflow.getHandle(options.workflowId).describe();
      expect(memo).toMatchObject({ ...release, by: 'schedule' });
      expect(searchAttributes).toMatchObject({ PawlTarget: [target], PawlRelease: ['v7'], PawlState: ['blocked'] });
    });
    expect((await project.pawl('status')).stdout).toMatch(/v7/);
  });

  it('refuses malformed decisions and passes over malformed news, and can be decided afterwards', async () => {
    const { workflowId } = await openWithWorker();
    expect((await project.pawl('deploy')).code).toBe(3);
    await withClient(async ({ workflow }) => {
      const handle = workflow.getHandle(workflowId);
      const decisions = [
        undefined,
        null,
        7,
        'ann',
        [],
        {},
        { by: null },
        { by: '\ud800' },
        { by: 'a\u0000' },
        { by: 'x'.repeat(600) },
      ];
      for (const verb of ['hold', 'resume', 'retry', 'skip', 'approve', 'cancel', 'supersede', 'nothing'])
        for (const decision of decisions) {
          const sent = decision === undefined ? handle.executeUpdate(verb) : handle.executeUpdate(verb, { args: [decision] });
          const answer: unknown = await sent.catch((error: unknown) => error);
          expect(answer, `${verb} ${JSON.stringify(decision)}`).toBeInstanceOf(WorkflowUpdateFailedError);
        }
      const late = { by: 'ann', until: new Date(Date.now() - 60_000).toISOString() };
      const refused: unknown = await handle.executeUpdate('retry', { args: [late] }).catch((error: unknown) => error);
      expect(String((refused as Error).cause)).toMatch(/was to be decided until/);
      for (const news of [null, 7, {}, { waitsFor: [null] }, { doing: 'x', waitsFor: [null, 7], blocks: 'all', name: '\ud800' }])
        await handle.signal('work', news);
      for (const argument of [null, '\ud800', { a: 1 }]) await handle.query('status', argument);
      expect((await statusOf(workflow)).state).toBe('blocked');
    });
    expect(await historyText(workflowId)).not.toMatch(/workflowTaskFailed/i);
    expect((await project.pawl('skip', project.target, '2', '--reason', 'made twice')).code).toBe(0);
    const result: unknown = await withClient(({ workflow }) => workflow.getHandle(workflowId).result());
    expect(result).toMatchObject({ outcome: 'done', message: '1 applied, 1 skipped' });
  });
});

function statusOf(workflow: Client['workflow']): Promise<DeployStatus> {
  return workflow.getHandle(`deploy/${project.target}`).query<DeployStatus>('status');
}
