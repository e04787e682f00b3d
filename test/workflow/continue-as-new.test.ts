import { Client, Connection } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { FleetStatus } from '../../src/contract/fleet.js';
import { startTemporal } from '../../src/embedded/temporal.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { temporaryDirectory } from '../support/directory.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject | undefined;
let end: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await project?.remove();
  for (const one of end.reverse()) await one();
  end = [];
});

/** A server that suggests a new run at 25 events instead of 4,096; a deploy of that length would take minutes. */
async function impatientTemporal(): Promise<string> {
  const { directory, remove } = temporaryDirectory();
  const temporal = await startTemporal({
    directory,
    persistent: false,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 25 },
  });
  end = [remove, () => temporal.stop()];
  return temporal.address;
}

async function clientOf(address: string): Promise<Client> {
  const connection = await Connection.connect({ address });
  end.push(() => connection.close());
  return new Client({ connection });
}

it('a deploy with a long history goes on as a new run, at the exact migration, as one deploy', async () => {
  const temporalAddress = await impatientTemporal();
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`migrations/${n + 1}_t.sql`, `create table t${n + 1} ();`]),
  );
  project = await createDeployProject({
    files: { ...files, 'tell.sh': 'echo $PAWL_NOTIFY_ON >> told.txt' },
    settings: '    notify: [{ on: [approval, done], command: [sh, tell.sh] }]\n',
    temporalAddress,
    stages: '      - migrate: migrations\n      - approve: { name: traffic, of: 2, within: 1h }',
  });
  await project.startWorker();
  const deploy = project.spawn('deploy');
  await deploy.waitForOutput(/waiting for approval/);
  const { workflow } = await clientOf(temporalAddress);
  const waiting = workflow.getHandle(`deploy/${project.target}`);
  const { runId } = await waiting.describe();
  await waiting.executeUpdate('approve', { args: [{ by: 'ann' }] });
  await waitFor(
    async () => {
      for (const verb of ['hold', 'resume']) await waiting.executeUpdate(verb, { args: [{ by: 'ann' }] });
      return (await waiting.describe()).runId !== runId;
    },
    { what: 'a new run that waits for the approval still' },
  );
  expect((await project.pawl('approve', project.target, '--by', 'bob')).code).toBe(0);
  const { code, stderr } = await deploy.exited;
  expect(stderr).toMatch(/approved by ann, bob[^]*is deployed: 12 applied/);
  expect(code).toBe(0);
  expect(await project.applied()).toEqual(Object.keys(files).map((_, n) => String(n + 1)));
  expect(await project.database.query('select count(*)::int as deploys, max(outcome) as outcome from pawl.deploys')).toEqual([
    { deploys: 1, outcome: 'done' },
  ]);

  expect(readFileSync(join(project.directory, 'told.txt'), 'utf8').split('\n')).toEqual(['approval', 'done', '']);
  const runs = [];
  for await (const run of workflow.list({ query: `WorkflowId = 'deploy/${project.target}'` })) runs.push(run.status.name);
  expect(runs.filter((status) => status === 'CONTINUED_AS_NEW').length).toBeGreaterThan(1);
  expect(runs.filter((status) => status === 'COMPLETED')).toHaveLength(1);
});

it('a cancel that comes with the last message before a new run ends the deploy, and nothing more is applied', async () => {
  const temporalAddress = await impatientTemporal();
  project = await createDeployProject({
    files: { 'migrations/1_a.sql': 'create table a ();', 'migrations/2_b.sql': 'create table b ();' },
    temporalAddress,
    stages: '      - approve: { name: traffic }\n      - migrate: migrations',
  });
  const { target, pawl, startWorker, spawn, applied, database } = project;
  const worker = await startWorker();
  const deploy = spawn('deploy');
  await deploy.waitForOutput(/waiting for approval/);
  await worker.kill('SIGKILL');
  const { workflow } = await clientOf(temporalAddress);
  const handle = workflow.getHandle(`deploy/${target}`);
  // Whoever comes next finds all of it at once: the history has grown long, and the deploy is cancelled.
  for (let n = 0; n < 30; n += 1) await handle.signal('work', { doing: `round ${n}` });
  await handle.cancel();
  await startWorker();
  expect((await deploy.exited).code).toBe(5);
  expect(await applied()).toEqual([]);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
  expect(
    await database.query('select d.outcome, l.released_at is not null as released from pawl.deploys d, pawl.lease l'),
  ).toEqual([{ outcome: 'cancelled', released: true }]);
  expect((await pawl('status')).code).toBe(0);
});

it('a rollout with a long history goes on as a new run: what its members came to is kept, and what somebody let pass', async () => {
  const temporalAddress = await impatientTemporal();
  const schemas = Array.from({ length: 200 }, (_, at) => `t${String(at + 1).padStart(3, '0')}`);
  const broken = ['t003', 't004', 't180'];
  const fleet = `f-${randomBytes(4).toString('hex')}`;
  project = await createDeployProject({ files: {}, temporalAddress });
  const { database, write, pawl, startWorker } = project;
  await database.query(schemas.map((name) => `create schema ${name}`).join(';'));
  await database.query(broken.map((name) => `create table ${name}.items (id text)`).join(';'));
  await write({
    'pawl.config.yaml': `fleets:
  ${fleet}:
    owner: ${fleet}
    parallel: 8
    stopAfter: { failed: 2 }
    members: { schemas: { database: { env: TEST_DATABASE_URL }, like: 't___' } }
    stages: [{ migrate: migrations }]
`,
    'migrations/1_items.sql': 'create table items (id int primary key);',
  });
  await startWorker();
  const stopped = await pawl('fleet', 'deploy');
  expect(stopped.stderr).toContain('2 of 200 members of rest failed');
  const resumed = await pawl('fleet', 'resume');
  expect(resumed.code, resumed.stderr).toBe(0);
  const rollout = await pawl('fleet', 'deploy', '--json');
  expect(rollout.code, rollout.stderr).toBe(3);
  const { status } = JSON.parse(rollout.stdout) as { status: FleetStatus };
  expect(status.waves).toMatchObject([{ total: 200, applied: 197, counts: { done: 197, already: 0, blocked: 3, failed: 0 } }]);
  expect(status.blocked.toSorted()).toEqual(broken);
  const { workflow } = await clientOf(temporalAddress);
  const runs = [];
  for await (const run of workflow.list({ query: `WorkflowId = 'fleet/${fleet}'` })) runs.push(run.status.name);
  expect(runs.filter((name) => name === 'CONTINUED_AS_NEW').length).toBeGreaterThan(0);

  const others = schemas.filter((name) => !broken.includes(name));
  const rows = () =>
    database.query(
      others.map((name) => `select '${name}' as member, xmin::text, ctid::text from ${name}_pawl.lease`).join(' union all '),
    );
  const before = await rows();
  await database.query(broken.map((name) => `drop table ${name}.items`).join(';'));
  const retry = await pawl('fleet', 'retry', '--all');
  expect(retry.code, retry.stderr + retry.stdout).toBe(0);
  expect(retry.stdout).toContain('3 members done, 0 not');
  expect(await rows()).toEqual(before);
});
