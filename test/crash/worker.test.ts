import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { isAlive } from '../support/alive.js';
import { EFFECTS, effect } from '../support/crash-deploy.js';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';
import { expectInvariants } from '../support/invariants.js';
import { runsStatement } from '../support/runs-statement.js';
import { startProxy, type Proxy } from '../support/proxy.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
let proxy: Proxy | undefined;
afterEach(async () => {
  await project?.remove();
  await proxy?.close();
  proxy = undefined;
});

const SLOW = effect(2, 'select pg_sleep(2);')[1];
const FILES = {
  'migrations/001_a.sql': EFFECTS[1],
  'migrations/002_b.sql': SLOW,
  'migrations/003_c.sql': effect(3)[1],
};
const DONE = { versions: ['1', '2', '3'], effects: ['1', '2', '3'] };

async function open(options: Partial<DeployProjectOptions> = {}): Promise<DeployProject> {
  project = await createDeployProject({ files: FILES, ...options });
  return project;
}

const runs = (like: string) => (): Promise<boolean> => runsStatement(project.database, like);

describe('a worker of a deploy under way', () => {
  it('W2 kill -9 inside a migration: another worker goes on there by itself', async () => {
    const { startWorker, spawn } = await open();
    const first = await startWorker();
    const deploy = spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    await startWorker();
    await first.kill('SIGKILL');
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
  });

  it('W5 kill -9 after COMMIT, before Temporal is told: not applied again', async () => {
    const { startWorker, spawn } = await open();
    const first = await startWorker({ PAWL_CRASH_AT: 'after-transaction#2' });
    const deploy = spawn('deploy');
    await first.exited;
    await startWorker();
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
  });

  it('W6 SIGSTOP inside a migration, taken over, SIGCONT: the zombie changes nothing and its report is not taken for truth', async () => {
    const { startWorker, spawn } = await open();
    const zombie = await startWorker();
    const deploy = spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    process.kill(zombie.pid, 'SIGSTOP');
    await startWorker();
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, { ...DONE, zombies: true });
    const ledger = await project.database.query('select * from pawl.applied_migrations order by position');
    process.kill(zombie.pid, 'SIGCONT');
    await zombie.kill('SIGTERM');
    await expectInvariants(project.database, DONE);
    expect(await project.database.query('select * from pawl.applied_migrations order by position')).toEqual(ledger);
    expect(await project.database.query(`select from pawl.events where kind = 'migration.failed'`)).toEqual([]);
  });

  it('W11 a worker with other files does not go on with this release; one with the same files does', async () => {
    const { startWorker, spawn, write } = await open();
    const first = await startWorker();
    const deploy = spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    await first.kill('SIGKILL');
    await write({ 'migrations/003_c.sql': 'create table of_another_release ();' });
    const other = await startWorker();
    await write({ 'migrations/003_c.sql': FILES['migrations/003_c.sql'] });
    await startWorker();
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
    expect(await project.database.query(`select to_regclass('of_another_release') as other`)).toEqual([{ other: null }]);
    await other.kill();
  });

  it('W11 a worker that is told to end (a rolling update) hands over; nothing twice', async () => {
    const { startWorker, spawn } = await open();
    const first = await startWorker();
    const deploy = spawn('deploy');
    await waitFor(runs('%pg_sleep(2)%'), { what: 'the statement' });
    await startWorker();
    expect((await first.kill('SIGTERM')).code).toBe(0);
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
  });

  it.each(['in its midst', 'before its number is known'])(
    'W2 kill -9 while a program of an exec stage runs, %s: it ends with its worker, and is run again',
    async (when) => {
      const { startWorker, spawn, directory } = await open({
        stages: `      - migrate: migrations\n      - exec: { name: tool, command: [sh, -c, 'echo $$ >> runs; sleep 4; echo end >> runs'] }`,
        files: { 'migrations/001_a.sql': EFFECTS[1] },
      });
      const lines = (): string[] => readFileSync(join(directory, 'runs'), 'utf8').trim().split('\n');
      const first = await startWorker(when === 'in its midst' ? {} : { PAWL_CRASH_AT: 'program-started' });
      const deploy = spawn('deploy');
      const pid = await waitFor(() => lines()[0]!, { what: 'the program' });
      if (when === 'in its midst') await first.kill('SIGKILL');
      await waitFor(() => !isAlive(Number(pid)), { timeout: 3_000, what: 'the program to end' });
      await startWorker();
      expect((await deploy.exited).code).toBe(0);
      expect(lines()).toEqual([pid, expect.stringMatching(/^\d+$/), 'end']);
      await expectInvariants(project.database, { versions: ['1'], effects: ['1'] });
    },
  );

  it('N2 cut off from Temporal only: another worker takes over, the first one can change nothing', async () => {
    const { startWorker, spawn, env } = await open({
      files: { ...FILES, 'migrations/002_b.sql': effect(2, 'select pg_sleep(10);')[1] },
    });
    proxy = await startProxy(Number(inject('temporalAddress').split(':')[1]));
    const first = await startWorker({ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
    const deploy = spawn('deploy');
    await waitFor(runs('%pg_sleep(10)%'), { what: 'the statement' });
    proxy.cut('blackhole');
    expect(env['TEMPORAL_ADDRESS']).toBe(inject('temporalAddress'));
    await startWorker();
    expect((await deploy.exited).code).toBe(0);
    await expectInvariants(project.database, DONE);
    await first.kill('SIGKILL');
    const epochs = await project.database.query('select distinct epoch::int from pawl.applied_migrations');
    expect(epochs).toEqual([{ epoch: 1 }]);
  });
});
