import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { EFFECTS, effect } from '../support/crash-deploy.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { expectInvariants } from '../support/invariants.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
let blocker: pg.Client | undefined;
afterEach(async () => {
  await blocker?.end();
  blocker = undefined;
  await project?.remove();
});

const DONE = { versions: ['1', '2', '3'], effects: ['1', '3'] };
const INDEX = `select i.indexrelid::int8::int as oid, i.indisvalid as valid from pg_index i where i.indexrelid = to_regclass('items_kind')`;

/** A deploy whose second migration builds an index, which waits for a transaction of somebody else's until `release`. */
async function building(): Promise<{ release: () => Promise<void> }> {
  project = await createDeployProject({
    files: {
      'migrations/001_a.sql': `${EFFECTS[1]} create table items as select n as id, n % 7 as kind from generate_series(1, 20000) n;`,
      'migrations/002_b.sql': 'create index concurrently if not exists items_kind on items (kind);',
      'migrations/003_c.sql': effect(3)[1],
    },
  });
  const worker = await project.startWorker({ PAWL_CRASH_AT: 'after-transaction#1' });
  project.spawn('deploy');
  await worker.exited;
  blocker = new pg.Client({ connectionString: project.database.url });
  await blocker.connect();
  await blocker.query('begin; insert into items values (0, 0)');
  return {
    async release() {
      await blocker?.query('rollback');
    },
  };
}

async function indexFound(): Promise<{ oid: number; valid: boolean }> {
  return waitFor(async () => (await project.database.query<{ oid: number; valid: boolean }>(INDEX))[0], { what: 'the build' });
}

describe('CREATE INDEX CONCURRENTLY of a deploy under way', () => {
  it('T5 kill -9 of the worker in mid-build: the worker that takes over adopts the build, and the index is the one that was begun', async () => {
    const { release } = await building();
    const first = await project.startWorker();
    const { oid, valid } = await indexFound();
    expect(valid).toBe(false);
    await project.startWorker();
    await first.kill('SIGKILL');
    const deploy = project.spawn('deploy');
    // Without a terminal the command line says what is waited for, once.
    await deploy.waitForOutput(/waiting for the index build of an earlier attempt/);
    await release();
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
    expect(await project.database.query(INDEX)).toEqual([{ oid, valid: true }]);
  });

  it('T5 SIGTERM of the worker in mid-build leaves the build to the server: a node may be drained, and the index is the one that was begun', async () => {
    const { release } = await building();
    const first = await project.startWorker();
    const { oid } = await indexFound();
    const ended = first.kill('SIGTERM');
    const { code } = await ended;
    expect(code).toBe(0);
    expect(await project.database.query(INDEX)).toEqual([{ oid, valid: false }]);
    await project.startWorker();
    const deploy = project.spawn('deploy');
    await deploy.waitForOutput(/waiting for the index build of an earlier attempt/);
    await release();
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
    expect(await project.database.query(INDEX)).toEqual([{ oid, valid: true }]);
  });

  it('T5 SIGSTOP of the worker in mid-build, taken for dead, SIGCONT after the build: one index, valid, its row written once', async () => {
    const { release } = await building();
    const zombie = await project.startWorker();
    const { oid } = await indexFound();
    process.kill(zombie.pid, 'SIGSTOP');
    await project.startWorker();
    const deploy = project.spawn('deploy');
    await deploy.waitForOutput(/waiting for the index build of an earlier attempt/);
    await release();
    expect((await deploy.exited).code).toBe(0);
    process.kill(zombie.pid, 'SIGCONT');
    await zombie.kill('SIGTERM');
    await expectInvariants(project.database, DONE);
    expect(await project.database.query(INDEX)).toEqual([{ oid, valid: true }]);
  });

  it('W8 kill -9 of worker and build together in mid-build: the INVALID index is healed, by a new build', async () => {
    const { release } = await building();
    const first = await project.startWorker();
    const { oid } = await indexFound();
    await project.startWorker();
    await first.kill('SIGKILL');
    await project.database.query(
      `select pg_terminate_backend(pid) from pg_stat_progress_create_index where datname = current_database()`,
    );
    await release();
    expect((await project.spawn('deploy').exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
    const [healed] = await project.database.query<{ oid: number; valid: boolean }>(INDEX);
    expect(healed).toMatchObject({ valid: true });
    expect(healed?.oid).not.toBe(oid);
  });
});
