import { afterEach, describe, expect, it } from 'vitest';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';
import { waitFor } from '../support/wait.js';
import { CLOSE_GATE, OPEN_GATE, WAIT_AT_GATE } from '../support/gate.js';

let project: DeployProject;
afterEach(() => project.remove());

const TWO = { 'migrations/0001_a.sql': 'create table a (id int);', 'migrations/0002_b.sql': 'create table b (id int);' };

/** A migration that goes on when the test has put a row into the table `gate`. */
const GATE = 'do $$ begin while not exists (select from gate) loop perform pg_sleep(0.02); end loop; end $$;';

async function open(options: Partial<DeployProjectOptions> = {}): Promise<DeployProject> {
  project = await createDeployProject({ files: TWO, ...options });
  return project;
}

const document = <T = Record<string, unknown>>(stdout: string): T => JSON.parse(stdout) as T;

describe('pawl deploy', () => {
  it('deploys with its own worker, and a second time finds nothing to do', async () => {
    const { pawl, target, applied } = await open();
    const first = await pawl('deploy', '--with-worker', '--release', 'v1', '--by', 'ana');
    expect(first.stderr).toMatch(
      /Deploying release v1 \([0-9a-f]{16}\) to t-[^]*, by\s+ana\.[^]*applied 0001_a\.sql[^]*applied 0002_b\.sql[^]*✓ t-.* is deployed: 2 applied/,
    );
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(await applied()).toEqual(['1', '2']);
    const second = await pawl('deploy', '--with-worker', '--json');
    expect(document(second.stdout)).toMatchObject({ target, outcome: 'done', exit: 0, status: { state: 'done' } });
    expect(second.stderr).toContain('nothing is pending');
  });

  it('blocks on a broken migration, points at it, and a fixed release takes its place', async () => {
    const { pawl, startWorker, write, applied, target } = await open({
      files: { ...TWO, 'migrations/0003_c.sql': 'select 1;\nalter table b add check (totl > 0);' },
    });
    const old = await startWorker();
    const blocked = await pawl('deploy');
    expect(blocked.code).toBe(3);
    expect(blocked.stderr).toMatch(
      /is blocked at 3[^]*migrations\/0003_c\.sql:2[^]*column "totl" does not exist[^]*2 \| alter table b[^]*\^/,
    );
    expect(blocked.stderr).toContain(`pawl skip ${target} 3 --reason`);
    const joined = await pawl('deploy', '--json');
    expect(document(joined.stdout)).toMatchObject({ outcome: 'blocked', exit: 3, fault: { version: '3', sqlstate: '42703' } });
    expect(joined.stderr).toContain('Joined the deploy of this release');
    expect(await applied()).toEqual(['1', '2']);

    await write({ 'migrations/0003_c.sql': 'alter table b add total int;' });
    await startWorker();
    const fixed = await pawl('deploy');
    expect(fixed.stderr).toMatch(/is blocked; this release takes its place/);
    expect(fixed.code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
    await old.kill();
  });

  it('goes on from where a deploy stopped whose workers are gone', async () => {
    const { pawl, startWorker, write, applied } = await open({ files: { ...TWO, 'migrations/0003_c.sql': 'select nope;' } });
    const worker = await startWorker();
    expect((await pawl('deploy')).code).toBe(3);
    await worker.kill('SIGKILL');
    await write({ 'migrations/0003_c.sql': 'select 3;' });
    const { code, stderr } = await pawl('deploy', '--with-worker');
    expect(stderr).toContain('no worker holds it any more');
    expect(code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
  });

  it('joins the deploy of the same release, detaches on Ctrl-C, and both of the others succeed', async () => {
    const { pawl, spawn, startWorker, target } = await open({
      stages: '      - migrate: migrations\n      - approve: { name: go }',
    });
    await startWorker();
    const first = spawn('deploy', '--by', 'ana');
    await first.waitForOutput(/waiting for approval: go/);
    const second = spawn('deploy', '--json');
    await second.waitForOutput(/Joined the deploy of this release that ana started/);
    const third = spawn('deploy');
    await third.waitForOutput(/pawl approve/);
    const left = await third.kill('SIGINT');
    expect(left.stderr).toMatch(
      new RegExp(`Detached; the deploy of ${target} continues\\.\\n {2}pawl deploy ${target} follows it again`),
    );
    expect(left.code).toBe(130);
    expect(document((await pawl('approve', '--by', 'bob', '--json')).stdout)).toMatchObject({
      target,
      verb: 'approve',
      by: 'bob',
    });
    expect((await first.exited).code).toBe(0);
    expect(document((await second.exited).stdout)).toMatchObject({ outcome: 'done' });
  });

  it('waits for another release that is being deployed, or is busy when told not to wait', async () => {
    const { pawl, spawn, startWorker, write, applied } = await open({
      files: { ...TWO, 'migrations/0003_gate.sql': GATE },
    });
    await project.database.query('create table gate (open boolean)');
    await startWorker();
    const first = spawn('deploy', '--by', 'ana', '--release', 'one');
    await first.waitForOutput(/applied 0001_a\.sql/);
    await write({ 'migrations/0004_d.sql': 'select 4;' });
    await startWorker();
    const busy = await pawl('deploy', '--if-busy', 'fail');
    expect(busy.stderr).toContain('release one, started by ana, is being deployed');
    expect(busy.code).toBe(6);
    const waiting = spawn('deploy');
    await waiting.waitForOutput(/Waiting: release one, started by ana, is being deployed/);
    await project.database.query('insert into gate values (true)');
    expect((await waiting.exited).code).toBe(0);
    expect((await first.exited).code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3', '4']);
  });

  it('is held, resumed and cancelled by an operator, and says so', async () => {
    const { pawl, spawn, startWorker, target, applied, database } = await open({
      files: { ...TWO, 'migrations/0003_slow.sql': WAIT_AT_GATE, 'migrations/0004_slow.sql': 'select pg_sleep(600);' },
    });
    await database.query(CLOSE_GATE);
    await startWorker();
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/applied 0002_b\.sql/);
    expect((await pawl('hold', '--reason', 'lunch')).stdout).toContain(`${target} stops before its next step`);
    await database.query(OPEN_GATE);
    await deploy.waitForOutput(/pawl resume/);
    expect((await pawl('resume')).code).toBe(0);
    expect((await pawl('resume')).stderr).toContain('is not held');
    await waitFor(async () => (await applied()).includes('3'), { what: 'the third migration' });
    expect((await pawl('cancel', '--by', 'ana')).code).toBe(0);
    const ended = await deploy.exited;
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(/cancelled by ana after 3 applied; what is committed stays/);
    expect(await applied()).toEqual(['1', '2', '3']);
  });

  it('follows a deploy whose worker dies, and says that it goes on when one is back', async () => {
    const { spawn, startWorker, applied } = await open({ files: { ...TWO, 'migrations/0003_slow.sql': 'select pg_sleep(2);' } });
    const worker = await startWorker();
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/applied 0002_b\.sql/);
    await worker.kill('SIGKILL');
    await deploy.waitForOutput(/No worker answers; the deploy continues when one is back/);
    await startWorker();
    expect((await deploy.exited).code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
  });
});

describe('pawl deploy refuses, and nothing is touched', () => {
  const untouched = async (): Promise<void> => {
    expect(await project.database.query("select nspname from pg_namespace where nspname = 'pawl'")).toEqual([]);
  };

  it('when no worker holds the release', async () => {
    const { pawl } = await open();
    const { code, stderr } = await pawl('deploy');
    expect(stderr).toMatch(/no worker holding release [0-9a-f]{16} polled the queue[^]*--with-worker/);
    expect(code).toBe(4);
    await untouched();
  });

  it('when the files are faulty', async () => {
    const { pawl } = await open({ files: { ...TWO, 'migrations/0002_again.sql': 'select 1;' } });
    const { code, stderr } = await pawl('deploy');
    expect(stderr).toMatch(/0002_again\.sql[^]*0002_b\.sql|0002_b\.sql[^]*0002_again\.sql/);
    expect(code).toBe(4);
    await untouched();
  });

  it('when a file holds COMMIT', async () => {
    const { pawl } = await open({ files: { ...TWO, 'migrations/0003_c.sql': 'select 1; commit;' } });
    const { code, stderr } = await pawl('deploy', '--with-worker');
    expect(stderr).toMatch(/refused[^]*0003_c\.sql:1[^]*COMMIT/);
    expect(code).toBe(4);
    await untouched();
  });

  it('when the connection string is missing, and without showing it when it is wrong', async () => {
    const { runPawl } = await import('../support/cli.js');
    const { directory, env } = await open();
    const missing = await runPawl(['plan'], { cwd: directory, env: { ...env, TEST_DATABASE_URL: undefined } });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('TEST_DATABASE_URL: is not set') as string });
    const wrong = project.database.url.replace(/:[^:@]+@/, ':hunter2@');
    const refused = await runPawl(['plan'], { cwd: directory, env: { ...env, TEST_DATABASE_URL: wrong } });
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/cannot connect to PostgreSQL/);
    expect(refused.stderr + refused.stdout).not.toContain('hunter2');
  });

  it('when Temporal is not there', async () => {
    const { runPawl } = await import('../support/cli.js');
    const { directory, env } = await open();
    const { code, stderr } = await runPawl(['deploy'], { cwd: directory, env: { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expect(stderr).toMatch(/Temporal does not answer at 127\.0\.0\.1:1[^]*TEMPORAL_ADDRESS/);
    expect(code).toBe(4);
    await untouched();
  });
});

describe('pawl deploy --direct', () => {
  it('does the same without Temporal, with the same ledger', async () => {
    const { runPawl } = await import('../support/cli.js');
    const { directory, env, applied } = await open();
    const options = { cwd: directory, env: { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' } };
    const { code, stdout } = await runPawl(['deploy', '--direct', '--json'], options);
    expect(document(stdout)).toMatchObject({ outcome: 'done', applied: 2 });
    expect(code).toBe(0);
    expect(await applied()).toEqual(['1', '2']);
    await project.write({ 'migrations/0003_c.sql': 'drop table if exists never;', 'migrations/0004_d.sql': 'select nope;' });
    const failing = await runPawl(['deploy', '--direct'], options);
    expect(failing.stderr).toContain('PostgreSQL, notice: table "never" does not exist, skipping');
    expect(failing.stderr).toMatch(/0004_d\.sql:1[^]*column "nope" does not exist[^]*1 \| select nope;\n[^]*\^/);
    expect(failing.code).toBe(4);
  });
});
