import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

const ROOT = join(import.meta.dirname, '../..');

let project: DeployProject;
afterEach(() => project?.remove());

/** Runs a program in a project that has Pawl installed. @returns the lines of JSON that it printed */
async function runProgram(text: string): Promise<unknown[]> {
  await mkdir(join(project.directory, 'node_modules'), { recursive: true });
  await symlink(ROOT, join(project.directory, 'node_modules/pawl')).catch(() => undefined);
  await writeFile(join(project.directory, 'program.mjs'), text);
  const env = { ...process.env, ...project.env };
  const { stdout, stderr, status } = spawnSync(process.execPath, ['program.mjs'], {
    cwd: project.directory,
    env,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

it('a program starts a deploy, follows it, decides, and reads where it stands', async () => {
  project = await createDeployProject({
    files: { 'migrations/001_a.sql': 'create table a (id int);', 'migrations/002_b.sql': 'insert into wanted values (1);' },
  });
  await project.startWorker();
  const told = await runProgram(`
    import { startDeploy, followDeploy, decide, readStatus } from 'pawl/client';
    const tell = (value) => console.log(JSON.stringify(value));
    const deploy = await startDeploy({ label: 'r1', by: 'program' });
    const follow = async () => {
      let last;
      for await (const event of followDeploy(deploy)) last = event;
      tell([last.event, last.outcome, last.fault?.code, last.message]);
    };
    await follow();
    tell((await startDeploy({ label: 'r1', by: 'another' })).joined);
    const { status, run } = await readStatus(deploy);
    tell([status.state, status.fault.version, run.open, run.memo]);
    tell(await decide({ target: deploy.target, verb: 'skip', by: 'ann', version: '2', reason: 'not needed' }));
    await follow();
    tell([(await readStatus(deploy)).run.open, await readStatus({ target: 'nobody-has-this-target' })]);
  `);
  const { target } = project;
  expect(told).toEqual([
    ['end', 'blocked', 'SQL_FAILED', expect.stringContaining('wanted')],
    'program',
    [
      'blocked',
      '2',
      true,
      {
        digest: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        label: 'r1',
        by: 'program',
        turn: expect.any(Number) as number,
      },
    ],
    `${target} counts 2 as applied and continues`,
    ['end', 'done', null, expect.any(String)],
    [false, null],
  ]);
  expect(await project.applied()).toEqual(['1', '2']);
});

it('errors are typed: a code, and what to do', async () => {
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'create table a (id int);' } });
  const told = await runProgram(`
    import { startDeploy, decide, ClientError, ConfigError, EngineError, TemporalError } from 'pawl/client';
    const tell = (kind) => (error) => console.log(JSON.stringify([error instanceof kind, error.code, typeof error.next]));
    await decide({ target: ${JSON.stringify(project.target)}, verb: 'retry', by: 'ann' }).catch(tell(ClientError));
    await startDeploy({ target: 'nobody', label: 'r1', by: 'ann' }).catch(tell(ConfigError));
    await startDeploy({ label: 'r1', by: 'ann' }).catch(tell(TemporalError));
    const { rename } = await import('node:fs/promises');
    await rename('migrations/001_a.sql', 'migrations/a.sql');
    await startDeploy({ label: 'r1', by: 'ann' }).catch(tell(EngineError));
  `);
  expect(told).toEqual([
    [true, 'NO_DEPLOY', 'string'],
    [true, null, 'string'],
    [true, 'TEMPORAL_NO_WORKER', 'string'],
    [true, 'FILES_BAD_NAME', 'string'],
  ]);
});

it('--print-input has what another client starts the same deploy with', async () => {
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'create table a (id int);' } });
  await project.startWorker();
  const { code, stdout } = await project.pawl('deploy', '--print-input', '--release', 'r1', '--by', 'cron');
  expect(code).toBe(0);
  const request = JSON.parse(stdout) as Record<string, unknown>;
  await writeFile(join(project.directory, 'request.json'), stdout);
  expect(request).toMatchObject({ workflowType: 'deploy', searchAttributes: { PawlState: 'starting' }, memo: { by: 'cron' } });
  const [result] = await runProgram(`
    import { readFile } from 'node:fs/promises';
    import { Client, Connection } from ${JSON.stringify(join(ROOT, 'node_modules/@temporalio/client/lib/index.js'))};
    const { address, namespace, workflowType, workflowId, taskQueue, input } = JSON.parse(await readFile('request.json', 'utf8'));
    const client = new Client({ connection: await Connection.connect({ address }), namespace });
    const { outcome, applied } = await client.workflow.execute(workflowType, { workflowId, taskQueue, args: [input] });
    console.log(JSON.stringify([outcome, applied]));
    await client.connection.close();
  `);
  expect(result).toEqual(['done', 1]);
});

it('a process of Temporal that runs already serves deploys by a plugin, and goes on with its own work', async () => {
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'create table a (id int);' } });
  await mkdir(join(project.directory, 'node_modules'), { recursive: true });
  await symlink(join(ROOT, 'node_modules/@temporalio'), join(project.directory, 'node_modules/@temporalio'));
  const [told] = (await runProgram(`
    import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
    import { pawlPlugin } from 'pawl/worker';
    import { startDeploy, followDeploy } from 'pawl/client';
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
    const activities = { greet: async () => 'hello' };
    const worker = await Worker.create({ connection, taskQueue: 'own-' + process.pid, activities, plugins: [pawlPlugin()] });
    const running = worker.run();
    // Its workers come up meanwhile, for which ten seconds are few beside other tests.
    const deploy = await startDeploy({ label: 'r1', by: 'program', waitWorker: 60_000 });
    let end;
    for await (const event of followDeploy(deploy)) end = event;
    worker.shutdown();
    await running;
    await connection.close();
    console.log(JSON.stringify({ outcome: end.outcome, state: worker.getState() }));
  `)) as [{ outcome: string; state: string }];
  expect(told).toEqual({ outcome: 'done', state: 'STOPPED' });
});

it('importing it loads neither Temporal nor PostgreSQL', async () => {
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'create table a (id int);' } });
  const [loaded] = await runProgram(`
    await import('pawl/client');
    const native = process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node'));
    const { createRequire } = await import('node:module');
    const cached = Object.keys(createRequire(import.meta.url).cache).filter((file) => /temporalio|[/]pg[/]|protobufjs/.test(file));
    console.log(JSON.stringify([native, cached]));
  `);
  expect(loaded).toEqual([[], []]);
});
