import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { createPrivatePostgres } from '../support/private-postgres.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
afterEach(() => project.remove());

const BLOCKED = { 'migrations/001_a.sql': 'create table a (id int);', 'migrations/002_b.sql': 'select 1/0;' };

async function temporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS! });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

it('shows the line that failed only from the file that failed, says since when a deploy is blocked, and of one that was terminated that it is, with no dead choices, and stops watching it', async () => {
  project = await createDeployProject({ files: BLOCKED });
  const { pawl, spawn, target, startWorker } = project;
  await startWorker();
  expect((await pawl('deploy')).code).toBe(3);
  const blocked = await pawl('status');
  expect(blocked.stdout).toMatch(/is blocked[^]*since \d\d:\d\d:\d\d UTC[^]*pawl retry/);
  expect([blocked.code, (await pawl('status', '--exit-code')).code]).toEqual([0, 3]);
  expect((await pawl('status')).stdout).toContain('1 | select 1/0;');
  await project.write({ 'migrations/002_b.sql': 'create table fine (id int);' });
  const after = (await pawl('status')).stdout;
  expect(after).toContain('division by zero');
  expect(after).not.toContain('create table fine');
  const watching = spawn('status', target, '--watch');
  await watching.waitForOutput(/pawl retry/);
  await temporal((client) => client.workflow.getHandle(`deploy/${target}`).terminate('tired of it'));
  expect((await watching.exited).stderr).toMatch(/has ended: terminated/);
  const { stdout, code } = await pawl('status', '--exit-code');
  expect(code).toBe(4);
  expect(stdout).toMatch(/is terminated[^]*since \d\d:\d\d:\d\d UTC[^]*division by zero/);
  expect(stdout).not.toMatch(/pawl (retry|skip|cancel)/);
  const told = JSON.parse((await pawl('status', '--json')).stdout) as { deploy: { status: { state: string } } };
  expect(told.deploy.status.state).toBe('terminated');
});

it('tells a workflow that fails on its worker from a worker that is gone, with the cause and the way out', async () => {
  project = await createDeployProject({ files: BLOCKED });
  const { pawl, target, startWorker } = project;
  const worker = await startWorker();
  const [taskQueue = ''] = /pawl-[0-9a-f]{16}/.exec(worker.output().stdout + worker.output().stderr) ?? [];
  await temporal((client) => client.workflow.start('unheard-of', { workflowId: `deploy/${target}`, taskQueue, args: [] }));
  await worker.waitForOutput(/no such function is exported/);
  const { stdout } = await pawl('status');
  const text = stdout.replaceAll(/\s+/g, ' ');
  expect(text).toMatch(/it stands still, since the code of its workflow fails again and again: .*unheard-of/);
  expect(text).toContain(`pawl cancel ${target} --reason`);
  expect(text).not.toContain('no worker');
  await temporal((client) => client.workflow.getHandle(`deploy/${target}`).terminate('over'));
  expect((await pawl('status')).stdout.replaceAll(/\s+/g, ' ')).toMatch(/ended: terminated at/);
});

it('shows that PostgreSQL is gone, with the attempt and the cause, in deploy and in status', async () => {
  const server = await createPrivatePostgres();
  try {
    project = await createDeployProject({ files: { 'migrations/001_a.sql': 'select pg_sleep(300);' } });
    const { pawl, target, startWorker, spawn, env } = project;
    env.TEST_DATABASE_URL = server.url;
    await startWorker();
    const deploy = spawn('deploy', '--follow');
    await deploy.waitForOutput(/1 pending/);
    const begun = async () => (await pawl('status', target)).stdout.includes('applying 001_a.sql');
    await waitFor(begun, { what: 'the statement', timeout: 60_000 });
    await server.stop('immediate');
    await deploy.waitForOutput(/attempt \d+[^]*the attempt before failed/, 60_000);
    const { stdout } = await pawl('status', target);
    expect(stdout).toMatch(/applying[^]*attempt \d+[^]*the attempt before failed:[^]*failing since \d\d:/);
    // Where the observer of the attempt has noticed first, it says so.
    expect(stdout).toMatch(/applying (?:\(not observed: [^)]*\) )?001_a\.sql/);
    // The attempt that was interrupted tells of that first.
    const told = /The attempt before failed[^]*cannot connect to PostgreSQL[^]*have failed since \*\*\d\d:[^]*tried again until/;
    const isOnPage = async (): Promise<boolean> => {
      const page = await temporal((client) =>
        client.workflow.getHandle(`deploy/${target}`).query<{ currentDetails: string }>('__temporal_workflow_metadata'),
      );
      return told.test(page.currentDetails);
    };
    await waitFor(isOnPage, { what: 'the failure on the page', timeout: 60_000 });
    await deploy.kill('SIGKILL');
  } finally {
    await project.pawl('cancel', project.target);
    await server.remove();
  }
});
