import type { WorkflowFailedError } from '@temporalio/client';
import { WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeployStatus } from '../../src/contract/deploy.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { historyText, withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';
import { RIGHT, WRONG_INPUTS } from '../support/wrong-inputs.js';

let project: DeployProject;
const closeProject = (): Promise<void> => project.remove();

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

const named = <Rest extends readonly unknown[]>(cases: readonly (readonly [unknown, ...Rest])[]) =>
  cases.map(([value, ...rest]) => [(JSON.stringify(value) ?? 'nothing').slice(0, 120), value, ...rest] as const);

describe('an input', () => {
  let options: { workflowId: string; taskQueue: string };
  beforeAll(async () => {
    options = await openWithWorker();
  });
  afterAll(closeProject);

  const small = WRONG_INPUTS.filter(([input]) => (JSON.stringify(input) ?? '').length < 100_000);
  it.each(named(small))('%s ends the workflow with a sentence that names the field', async (_, input, field) => {
    await withClient(async (client) => {
      expect(await endOf(client, options, input)).toMatch(`Refused: the input of the workflow is wrong: ${field}: `);
    });
    expect(await project.database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
  });

  it('is well made, and not what this worker holds', async () => {
    const { target } = project;
    const digest = options.taskQueue.slice('pawl-'.length);
    const release = { digest, label: 'v1' };
    await withClient(async (client) => {
      expect(await endOf(client, options, { ...RIGHT, target: 'another' })).toMatch('is not that of another');
      expect(await endOf(client, options, { ...RIGHT, target, release: { ...release, digest: '0'.repeat(16) } })).toMatch(
        'does not hold: digest 0000000000000000',
      );
      expect(await endOf(client, options, { ...RIGHT, target, release })).toMatch('does not hold: 2 stages instead of 1');
      const stages = [{ kind: 'signal', name: 'migrations', dependents: [] }];
      expect(await endOf(client, options, { ...RIGHT, target, release, stages })).toMatch('stage 1 is not "migrate: migrations"');
    });
    expect(await project.database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
  });
});

describe('a deploy that is blocked', () => {
  let workflowId: string;
  beforeAll(async () => {
    ({ workflowId } = await openWithWorker());
    expect((await project.pawl('deploy')).code).toBe(3);
  });
  afterAll(closeProject);
  describe('and stays so', () => {
    afterEach(async () => {
      await withClient(async ({ workflow }) => {
        expect((await statusOf(workflow)).state).toBe('blocked');
      });
    });

    const VERBS = ['hold', 'resume', 'retry', 'skip', 'approve', 'cancel', 'supersede', 'nothing'];
    const DECISIONS = [
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
    describe.each(VERBS)('an update %s', (verb) => {
      it.each(named(DECISIONS.map((decision) => [decision] as const)))('of %s is refused', async (_, decision) => {
        await withClient(async ({ workflow }) => {
          const handle = workflow.getHandle(workflowId);
          const sent = decision === undefined ? handle.executeUpdate(verb) : handle.executeUpdate(verb, { args: [decision] });
          expect(await sent.catch((error: unknown) => error)).toBeInstanceOf(WorkflowUpdateFailedError);
        });
      });
    });

    it('an update that comes too late is refused', async () => {
      await withClient(async ({ workflow }) => {
        const late = { by: 'ann', until: new Date(Date.now() - 60_000).toISOString() };
        const refused: unknown = await workflow
          .getHandle(workflowId)
          .executeUpdate('retry', { args: [late] })
          .catch((error: unknown) => error);
        expect(String((refused as Error).cause)).toMatch(/was to be decided until/);
      });
    });

    const NEWS = [
      ...[undefined, null, 7, '\ud800', [], {}, { waitsFor: [null] }, { doing: null }, { doing: 'x', attempt: 'x' }],
      ...[
        { doing: 'x', waitsFor: [null, 7], blocks: 'all', name: '\ud800' },
        { doing: 'x'.repeat(100_000) },
        { doing: '\u001b[2J' },
      ],
      { doing: 'x', waitsFor: Array.from({ length: 1_000 }, () => ({ pid: 1, query: 'x'.repeat(100) })) },
    ];
    describe.each(['work', 'nothing', 'cancel', '__temporal_x'])('a signal %s', (signal) => {
      it.each(named(NEWS.map((news) => [news] as const)))('of %s is passed over', async (_, news) => {
        await withClient(async ({ workflow }) => {
          const handle = workflow.getHandle(workflowId);
          await (news === undefined ? handle.signal(signal) : handle.signal(signal, news)).catch((error: unknown) => {
            // Temporal itself keeps its names to itself.
            expect(signal).toMatch(/^__temporal/);
            expect(String(error)).toMatch(/reserved|not allowed|Failed/i);
          });
        });
      });
    });

    it.each(named([[null], ['\ud800'], [{ a: 1 }], [7], [[[]]]]))('a query with %s is answered', async (_, argument) => {
      await withClient(async ({ workflow }) => {
        expect(await workflow.getHandle(workflowId).query('status', argument)).toMatchObject({ state: 'blocked' });
      });
    });
  });

  it('can be decided after all that, and says what was skipped', async () => {
    expect(await historyText(workflowId)).not.toMatch(/workflowTaskFailed/i);
    expect((await project.pawl('skip', project.target, '2', '--reason', 'made twice')).code).toBe(0);
    const result: unknown = await withClient(({ workflow }) => workflow.getHandle(workflowId).result());
    expect(result).toMatchObject({ outcome: 'done', message: '1 applied, 1 skipped' });
  });
});

describe('the workflow', () => {
  afterEach(closeProject);

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
});

function statusOf(workflow: Client['workflow']): Promise<DeployStatus> {
  return workflow.getHandle(`deploy/${project.target}`).query<DeployStatus>('status');
}
