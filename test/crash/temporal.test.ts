import { Client, Connection } from '@temporalio/client';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../src/embedded/free-port.js';
import { startTemporal } from '../../src/embedded/temporal.js';
import { effect, EFFECTS } from '../support/crash-deploy.js';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';
import { temporaryDirectory } from '../support/directory.js';
import { expectInvariants } from '../support/invariants.js';
import { runsStatement } from '../support/runs-statement.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  await project?.remove();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const FILES = {
  'migrations/001_a.sql': EFFECTS[1],
  'migrations/002_b.sql': effect(2, 'select pg_sleep(2);')[1],
  'migrations/003_c.sql': effect(3)[1],
};
const DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '3'] };

async function open(options: Partial<DeployProjectOptions> = {}): Promise<DeployProject> {
  project = await createDeployProject({ files: FILES, ...options });
  return project;
}

const runs = (like: string) => (): Promise<boolean> => runsStatement(project.database, like);

const outcome = async (): Promise<unknown> =>
  (await project.database.query('select outcome from pawl.deploys order by started_at desc limit 1'))[0]?.['outcome'];

async function client(): Promise<Client> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  cleanups.push(() => connection.close());
  return new Client({ connection });
}

describe('Temporal goes away', () => {
  it('T1 killed during an activity: the migration ends in the database; when Temporal is back the deploy goes on, nothing twice', async () => {
    const place = temporaryDirectory();
    const server = await startTemporal({ directory: place.directory });
    cleanups.push(place.remove, server.stop);
    const { startWorker, spawn, env } = await open();
    env['TEMPORAL_ADDRESS'] = server.address;
    await startWorker();
    spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    process.kill(server.pid, 'SIGKILL');
    const committed = `select from pawl.applied_migrations where version = '2'`;
    await waitFor(async () => (await project.database.query(committed)).length > 0, { what: 'the migration to end' });
    const again = await startTemporal({ directory: place.directory, port: Number(server.address.split(':')[1]) });
    cleanups.push(again.stop);
    expect(again.address).toBe(server.address);
    await waitFor(async () => (await outcome()) === 'done', { timeout: 60_000, what: 'the deploy to end' });
    await expectInvariants(project.database, DONE);
  });

  it('T1 down before the start: said at once, nothing touched; status answers from the database; deploys when it is back', async () => {
    const { startWorker, pawl, target, env, database } = await open({ files: { 'migrations/001_a.sql': EFFECTS[1] } });
    const address = env['TEMPORAL_ADDRESS']!;
    env['TEMPORAL_ADDRESS'] = `127.0.0.1:${await freePort()}`;
    const refused = await pawl('deploy');
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/Temporal does not answer/);
    expect(await database.query(`select to_regclass('pawl.lease') as lease`)).toEqual([{ lease: null }]);
    const status = await pawl('status', target);
    expect(status.stdout).toMatch(/1 pending/);
    env['TEMPORAL_ADDRESS'] = address;
    await startWorker();
    expect((await pawl('deploy')).code).toBe(0);
    await expectInvariants(database, { versions: ['1'], effects: ['1'] });
  });

  it('T2 the workflow is reset to its beginning in mid-deploy: what is done is not done again', async () => {
    const { startWorker, spawn, target } = await open();
    await startWorker();
    spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    const { workflowService, workflow } = await client();
    const workflowExecution = { workflowId: `deploy/${target}` };
    const { workflowExecutionInfo } = await workflow
      .getHandle(workflowExecution.workflowId)
      .describe()
      .then(({ raw }) => raw);
    const events = await workflowService.getWorkflowExecutionHistory({ namespace: 'default', execution: workflowExecution });
    const task = events.history?.events?.find(({ workflowTaskCompletedEventAttributes: completed }) => completed);
    await workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: workflowExecutionInfo!.execution!,
      workflowTaskFinishEventId: task!.eventId!,
      reason: 'crash test',
      requestId: target,
    });
    await waitFor(async () => (await outcome()) === 'done', { timeout: 60_000, what: 'the deploy to end' });
    await expectInvariants(project.database, DONE);
  });

  it('T2 the deploy was done, and Temporal lost everything: a new deploy finds nothing to do', async () => {
    const { startWorker, pawl, target } = await open();
    await startWorker();
    expect((await pawl('deploy')).code).toBe(0);
    const { workflowService } = await client();
    await workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: `deploy/${target}` },
    });
    const second = await pawl('deploy');
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(/nothing is pending/);
    await expectInvariants(project.database, DONE);
  });

  it('T4 terminated without a word, then deployed anew: takes over, nothing twice', async () => {
    const { startWorker, spawn, pawl, target } = await open();
    await startWorker();
    spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    await (await client()).workflow.getHandle(`deploy/${target}`).terminate('crash test');
    expect((await pawl('deploy')).code).toBe(0);
    await expectInvariants(project.database, DONE);
    const taken = await project.database.query(
      `select detail->>'epoch' as epoch from pawl.events where kind = 'lease.taken-over'`,
    );
    expect(taken).toEqual([{ epoch: '2' }]);
  });
});

describe('operators and unknown outcomes', () => {
  it('T3 cancel while CREATE INDEX CONCURRENTLY runs: stopped, no INVALID index, the lease given back, the exact point told', async () => {
    const { startWorker, spawn, pawl, target, database } = await open({
      files: { ...FILES, 'migrations/002_b.sql': 'create index concurrently effects_version on effects (version);' },
    });
    await startWorker({ PAWL_CRASH_AT: 'after-transaction#1' }).then(async (worker) => {
      spawn('deploy');
      await worker.exited;
    });
    const blocker = new pg.Client({ connectionString: database.url });
    blocker.on('error', () => undefined);
    await blocker.connect();
    cleanups.push(() => blocker.end());
    await blocker.query('begin; insert into effects (version) values (0)');
    await startWorker();
    await waitFor(runs('create index concurrently%'), { what: 'the build' });
    const deploy = spawn('deploy');
    // One that starts after the cancelled one has ended begins a deploy of its own.
    await deploy.waitForOutput(/Joined the deploy/);
    expect((await pawl('cancel', target, '--reason', 'wrong release')).code).toBe(0);
    await waitFor(async () => !(await runs('create index concurrently%')()), { what: 'the build to stop' });
    await blocker.query('rollback');
    expect((await deploy.exited).code).toBe(5);
    // The server's answer to the cancel is an answer: what the build left behind is dropped, and nothing is in doubt.
    expect(await database.query('select version, state from pawl.intents')).toEqual([]);
    expect(await database.query('select from pg_index where not indisvalid')).toEqual([]);
    expect(await outcome()).toBe('cancelled');
    expect((await pawl('deploy')).code).toBe(0);
    await expectInvariants(database, { versions: ['1', '2', '3'], effects: ['1', '3'] });
  });

  it('T6 retries are used up without an answer: fenced first, then blocked at the exact migration; retry goes on', async () => {
    const { startWorker, spawn, pawl, target, database } = await open({ settings: '    retryFor: 0s\n' });
    const first = await startWorker({ PAWL_CRASH_AT: 'after-fence' });
    const deploy = spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep(2)%' and pid <> pg_backend_pid()`,
    );
    // Killed again right after the epoch moved on, before it could say so: fencing must be repeatable.
    await first.exited;
    await startWorker();
    const blocked = await deploy.exited;
    expect(blocked.code).toBe(3);
    expect(blocked.stderr).toMatch(/002_b\.sql/);
    expect(await database.query('select epoch::int from pawl.lease')).toEqual([{ epoch: 2 }]);
    expect((await pawl('retry', target)).code).toBe(0);
    expect((await pawl('deploy')).code).toBe(0);
    await expectInvariants(database, DONE);
  });
});

describe('dependents', () => {
  /** Remembers the idempotency key of each call. */
  async function dependent(): Promise<{ url: string; keys: string[] }> {
    const keys: string[] = [];
    const server: Server = createServer((request, response) => {
      keys.push(String(request.headers['idempotency-key']));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
  }

  const STAGES = `      - migrate: migrations\n      - constraints: constraints\n      - signal: [{ webhook: { url: { env: HOOK } } }]`;

  it.each([
    [
      'is NOT VALID over a row that breaks it',
      'insert into effects (version) values (-1); alter table effects add constraint positive check (version > 0) not valid;',
      'delete from effects where version = -1',
    ],
    [
      'is another one under that name',
      'alter table effects add constraint positive check (version > -5);',
      'alter table effects drop constraint positive',
    ],
  ])('F2 a constraint %s: blocked, dependents are not told; told once it is right', async (_what, there, cure) => {
    const { startWorker, pawl, target, database, env } = await open({
      stages: STAGES,
      files: { ...FILES, 'constraints/101_positive.sql': 'alter table effects add constraint positive check (version > 0);' },
    });
    await project.write({ 'migrations/001_a.sql': `${EFFECTS[1]} ${there}` });
    const told = await dependent();
    env['HOOK'] = told.url;
    await startWorker();
    const blocked = await pawl('deploy');
    expect(blocked.code).toBe(3);
    expect(blocked.stderr).toMatch(/positive/);
    expect(told.keys).toEqual([]);
    await database.query(cure);
    expect((await pawl('retry', target)).code).toBe(0);
    await waitFor(async () => (await outcome()) === 'done', { what: 'the deploy to end' });
    expect(told.keys).toHaveLength(1);
    await expectInvariants(database, { versions: ['1', '2', '3', '101'], effects: ['1', '2', '3'] });
  });

  it('F2 an object is missing: the assertion blocks, dependents are not told', async () => {
    const { startWorker, pawl, env } = await open({
      stages: STAGES.replace('constraints: constraints', 'assert: assertions'),
      files: { ...FILES, 'assertions/index.sql': `select to_regclass('effects_version') is not null;` },
    });
    const told = await dependent();
    env['HOOK'] = told.url;
    await startWorker();
    const blocked = await pawl('deploy');
    expect(blocked.code).toBe(3);
    expect(blocked.stderr).toMatch(/assertions\/index\.sql:1/);
    expect(told.keys).toEqual([]);
  });

  it('F3 kill -9 after a dependent was told, before Temporal knows: told again under the same key', async () => {
    const { startWorker, spawn, env, database } = await open({
      stages: STAGES.replace('      - constraints: constraints\n', ''),
      files: { 'migrations/001_a.sql': EFFECTS[1] },
    });
    const told = await dependent();
    env['HOOK'] = told.url;
    const first = await startWorker({ PAWL_CRASH_AT: 'after-signal' });
    const deploy = spawn('deploy');
    await first.exited;
    await startWorker();
    expect((await deploy.exited).code).toBe(0);
    expect(told.keys).toHaveLength(2);
    expect(new Set(told.keys).size).toBe(1);
    await expectInvariants(database, { versions: ['1'], effects: ['1'] });
  });
});
