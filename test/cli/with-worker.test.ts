import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnPawl, type Pawl } from '../support/cli.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { CLOSE_GATE, OPEN_GATE, WAIT_AT_GATE } from '../support/gate.js';

/** A pipeline or a hook that runs `pawl` as a job, with a worker that comes late, leaves early, or was never there. */
let project: DeployProject;
beforeEach(async () => {
  project = await createDeployProject({
    files: {
      'migrations/1_a.sql': 'create table a (id int);',
      'migrations/2_unique.sql': 'create unique index on items (code);',
    },
  });
  await project.database.query(`create table items (code text); insert into items values ('x'), ('x')`);
});
afterEach(() => project.remove());

const removeDuplicate = () => project.database.query('delete from items where ctid = (select min(ctid) from items)');

const decisions = () =>
  project.database.query<{ kind: string; by: string }>(
    `select kind, by from pawl.events where kind in ('operator.retry', 'migration.skipped') order by id`,
  );

function worker(...options: string[]): Promise<Pawl> {
  const started = project.spawn('worker', ...options);
  return started.waitForOutput(/polls pawl-/).then(() => started);
}

describe('deploy --wait-worker', () => {
  it('waits for a worker that comes later than ten seconds would allow, as on the first install', async () => {
    await removeDuplicate();
    const deploy = project.spawn('deploy', '--wait-worker', '5m');
    await deploy.waitForOutput(/Waiting for a worker that holds release/);
    await worker();
    expect((await deploy.exited).code).toBe(0);
    expect(await project.applied()).toEqual(['1', '2']);
  });

  it('says how long it has waited when none comes, and leaves at once when it is told to', async () => {
    const late = await project.pawl('deploy', '--wait-worker', '1s', '--json');
    expect(late.code).toBe(4);
    expect(late.stdout).toMatch(/TEMPORAL_NO_WORKER.*within 1 s/s);
    const deploy = project.spawn('deploy', '--wait-worker', '5m');
    await deploy.waitForOutput(/Waiting for a worker/);
    expect((await deploy.kill('SIGTERM')).code).toBe(130);
    expect((await project.pawl('status')).stdout).not.toContain('running');
  });
});

describe('--with-worker alone, no worker stands by', () => {
  it('the job is run again: the blocked step is tried again, each time as a decision of its own', async () => {
    const job = () => project.pawl('deploy', '--with-worker', '--by', 'ci', '--release', 'v1');
    const first = await job();
    expect(first.code).toBe(3);
    expect(first.stderr).toMatch(/--with-worker, run again, tries a blocked step again/);
    const again = await job();
    expect(again.code).toBe(3);
    expect(again.stderr).toMatch(/Joined[^]*\nIt is blocked by migrations\/2_unique\.sql; trying again/);
    await removeDuplicate();
    expect((await job()).code).toBe(0);
    expect(await project.applied()).toEqual(['1', '2']);
    expect(await decisions()).toEqual([
      { kind: 'operator.retry', by: 'ci' },
      { kind: 'operator.retry', by: 'ci' },
    ]);
  });

  it('every decision can be taken: retry blocks again, skip goes on to the end', async () => {
    expect((await project.pawl('deploy', '--with-worker')).code).toBe(3);
    const retried = await project.pawl('retry', project.target, '--with-worker', '--by', 'ann');
    expect(retried.stderr).toMatch(/tries again/);
    expect(retried.code).toBe(3);
    const skipped = await project.pawl('skip', '2', '--with-worker', '--by', 'ann', '--reason', 'done by hand', '--json');
    expect(JSON.parse(skipped.stdout)).toMatchObject({ outcome: 'done', exit: 0 });
    expect(skipped.code).toBe(0);
    expect(await decisions()).toContainEqual({ kind: 'migration.skipped', by: 'ann' });
  });

  it('a blocked deploy is cancelled; with other files than its own nothing is sent', async () => {
    expect((await project.pawl('deploy', '--with-worker')).code).toBe(3);
    await project.write({ 'migrations/3_new.sql': 'create table c (id int);' });
    const other = await project.pawl('cancel', '--with-worker');
    expect(other.stderr).toMatch(/holds release .* "cancel" was not sent/);
    expect(other.code).toBe(4);
    await project.write({ 'migrations/3_new.sql': null });
    const cancelled = await project.pawl('cancel', '--with-worker', '--by', 'ann');
    expect(cancelled.code).toBe(5);
  });
});

describe('the end of a worker', () => {
  it('--until-idle serves a deploy that waits for a decision, and ends after the last one', async () => {
    const old = await worker('--until-idle', '3s');
    expect((await project.pawl('deploy')).code).toBe(3);
    expect((await project.pawl('cancel')).code).toBe(0);
    const { code, stderr } = await old.exited;
    expect(stderr).toContain('No deploy of this release is open');
    expect(code).toBe(0);
  });

  it('--drain: told to stop while a migration runs, it ends the deploy first; without it the deploy is left open', async () => {
    await removeDuplicate();
    await project.database.query(CLOSE_GATE);
    await project.write({ 'migrations/3_slow.sql': WAIT_AT_GATE });
    const draining = await worker('--drain', '10m');
    const deploy = project.spawn('deploy');
    await deploy.waitForOutput(/applied 2_unique/);
    const ended = draining.kill('SIGTERM');
    await draining.waitForOutput(/Told to stop/);
    await project.database.query(OPEN_GATE);
    expect((await deploy.exited).code).toBe(0);
    expect((await ended).code).toBe(0);
    expect(await project.applied()).toEqual(['1', '2', '3']);
  });

  it('--drain: a newer release takes a blocked deploy over at once, and the old worker ends', async () => {
    const old = await worker('--drain', '10m');
    expect((await project.pawl('deploy')).code).toBe(3);
    const ended = old.kill('SIGTERM');
    await old.waitForOutput(/Told to stop/);
    await project.write({ 'migrations/2_unique.sql': 'create index on items (code);' });
    const young = spawnPawl(['worker'], { cwd: project.directory, env: project.env });
    await young.waitForOutput(/polls pawl-/);
    const deploy = await project.pawl('deploy');
    await young.kill();
    expect(deploy.stderr).toMatch(/is blocked; this release takes its place/);
    expect(deploy.code).toBe(0);
    expect((await ended).code).toBe(0);
  });
});
