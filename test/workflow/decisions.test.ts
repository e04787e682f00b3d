import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeployStatus } from '../../src/contract/deploy.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
afterEach(() => project.remove());

const FILES = {
  'migrations/001_a.sql': 'create table a (id int primary key);',
  'migrations/002_b.sql': 'create table a (id int primary key);',
};
const OUTCOME = 'select d.outcome, l.released_at is not null as released from pawl.deploys d, pawl.lease l';

describe('a decision that nobody answers', () => {
  it('is void when a worker is back; a cancel is the last one that is taken', async () => {
    project = await createDeployProject({ files: FILES });
    const { target, pawl, startWorker, applied, database } = project;
    const worker = await startWorker();
    expect((await pawl('deploy')).code).toBe(3);
    await worker.kill('SIGKILL');
    for (const verb of [
      ['skip', target, '2'],
      ['cancel', target],
      ['hold', target],
    ]) {
      const said = await pawl(...verb, '--reason', 'by hand');
      expect(said.code, said.stderr).toBe(4);
      expect(said.stderr).toMatch(/was not sent|refuses this/);
    }
    await startWorker();
    const status = await waitFor(
      () =>
        withClient(({ workflow }) => workflow.getHandle(`deploy/${target}`).query<DeployStatus>('status')).catch(() => undefined),
      { what: 'an answer' },
    );
    expect(status).toMatchObject({ state: 'blocked', holdRequested: false });
    expect(await applied()).toEqual(['1']);
    const busy = new pg.Client({ connectionString: database.url });
    await busy.connect();
    await busy.query('begin; select from pawl.lease for update');
    expect((await pawl('cancel', target, '--reason', 'now')).code).toBe(0);
    for (const verb of ['retry', 'cancel', 'hold']) {
      const late = await pawl(verb, target, '--reason', 'late');
      expect({ verb, code: late.code, said: late.stderr }).toMatchObject({
        code: 4,
        said: expect.stringMatching(/is over: it records its outcome/) as string,
      });
    }
    await busy.end();
    await waitFor(async () => (await database.query(OUTCOME))[0]?.['outcome'] === 'cancelled', { what: 'the end' });
    expect(await database.query(OUTCOME)).toEqual([{ outcome: 'cancelled', released: true }]);
  });

  it('is the same decision when it is said again', async () => {
    project = await createDeployProject({
      files: FILES,
      stages: '      - approve: { name: one }\n      - approve: { name: two }',
    });
    const { target, pawl, startWorker, spawn } = project;
    await startWorker();
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/waiting for approval: one/);
    const both = await Promise.all([1, 2].map(() => pawl('approve', target, '--name', 'one', '--by', 'ann')));
    expect(both.some(({ code }) => code === 0)).toBe(true);
    await deploy.waitForOutput(/waiting for approval: two/);
    const status = await withClient(({ workflow }) => workflow.getHandle(`deploy/${target}`).query<DeployStatus>('status'));
    expect(status.timeline.filter(({ text }) => text.startsWith('approved by'))).toHaveLength(1);
    expect((await pawl('approve', target, '--name', 'two')).code).toBe(0);
    expect((await deploy.exited).code).toBe(0);
  });

  it('an approval of two is given by two people who may, in time', async () => {
    project = await createDeployProject({
      files: FILES,
      stages:
        '      - approve: { name: two, of: 2, by: [ann, bob, eve], notBy: starter }\n      - approve: { name: quick, within: 1s }',
    });
    const { target, pawl, startWorker, spawn, database } = project;
    await startWorker();
    const deploy = spawn('deploy', '--by', 'eve');
    await deploy.waitForOutput(/waiting for approval: two \(0 of 2 approvals; missing: 2 of ann, bob\)/);
    const approve = async (by: string): Promise<string> => {
      const { stdout, stderr } = await pawl('approve', target, '--by', by);
      return stdout + stderr;
    };
    expect(await approve('eve')).toContain('eve started this deploy; another person has to approve');
    expect(await approve('mallory')).toContain('mallory is none of those who may approve: ann, bob, eve');
    expect(await approve('ann')).toContain(`two is approved by ann; ${target} waits: 1 of 2 approvals: ann; missing: 1 of bob`);
    expect(await approve('Ann')).toContain('Ann has approved already');
    expect((await pawl('status', target)).stdout).toContain('1 of 2 approvals: ann; missing: 1 of bob');
    expect(await approve('bob')).toContain(`two is approved; ${target} continues`);
    const { code, stderr } = await deploy.exited;
    expect(code).toBe(4);
    expect(stderr).toContain('approved by ann, bob');
    expect(stderr).toMatch(/the approval "quick" was not given in time \(until .*\)/);
    const ended = JSON.parse((await pawl('status', target, '--json')).stdout) as { deploy: { status: DeployStatus } };
    expect(ended.deploy.status.stages.map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(await database.query("select by from pawl.events where kind = 'operator.approve' order by id")).toEqual([
      { by: 'ann' },
      { by: 'bob' },
    ]);
    const direct = await pawl('deploy', '--direct', '--by', 'eve');
    expect(direct.stderr.replaceAll(/\s+/g, ' ')).toContain('none of ann, bob, eve (2 approvals) was asked');
  });
});

it('a deploy whose workflow cannot go on is named, and ended by cancel with its lease given back', async () => {
  project = await createDeployProject({ files: FILES });
  const { target, pawl, startWorker, database } = project;
  await startWorker();
  expect((await pawl('deploy')).code).toBe(3);
  await withClient(async ({ workflowService, options }) => {
    // No worker can read this, now or later.
    await workflowService.signalWorkflowExecution({
      namespace: options.namespace,
      workflowExecution: { workflowId: `deploy/${target}` },
      signalName: 'work',
      input: { payloads: [{ metadata: { encoding: Buffer.from('none/such') }, data: Buffer.from('x') }] },
      requestId: randomUUID(),
    });
  });
  await waitFor(async () => /stands still/.test((await pawl('status')).stdout), { what: 'the failing task is named' });
  const retried = await pawl('retry', target);
  expect(retried.code, retried.stderr).toBe(4);
  expect(retried.stderr).toMatch(/cannot continue/);
  const cancelled = await pawl('cancel', target, '--reason', 'stuck', '--by', 'ann');
  expect(cancelled.stdout, cancelled.stderr).toMatch(/outcome is recorded and the lease is given back/);
  expect(await database.query(OUTCOME)).toEqual([{ outcome: 'cancelled', released: true }]);
});
