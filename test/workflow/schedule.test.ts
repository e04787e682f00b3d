import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../src/embedded/free-port.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
afterEach(async () => {
  const { pawl, target } = project;
  expect((await pawl('schedule', 'remove', target)).stdout).toContain('is not verified by a schedule any more');
  await project.remove();
});

/** What Temporal does at the times of the schedule, now. */
async function look(target: string): Promise<{ status: string; state: unknown; failure?: string | undefined }> {
  return withClient(async (client) => {
    const schedule = client.schedule.getHandle(`verify/${target}`);
    const before = (await schedule.describe()).info.numActionsTaken;
    await schedule.trigger();
    const { info } = await waitFor(
      async () => {
        const description = await schedule.describe();
        return description.info.numActionsTaken > before && description;
      },
      { what: 'the scheduled look' },
    );
    const { workflow } = info.recentActions.at(-1)!.action as { workflow: { workflowId: string; firstExecutionRunId: string } };
    const handle = client.workflow.getHandle(workflow.workflowId, workflow.firstExecutionRunId);
    const failure = await handle.result().then(
      () => undefined,
      (error: { cause?: { message?: string } }) => error.cause?.message,
    );
    const { status, searchAttributes } = await handle.describe();
    return { status: status.name, state: searchAttributes['PawlState']?.[0], failure };
  });
}

it('a scheduled verify outlives releases: it finds drift, and leaves a deploy that is under way alone', async () => {
  project = await createDeployProject({
    files: {
      'migrations/1_a.sql': 'create table a (id int);',
      'assertions/a.sql': `select to_regclass('a') is not null`,
      'tell.sh': 'echo "$PAWL_NOTIFY_TEXT" >> told.txt',
    },
    stages: '      - migrate: migrations\n      - assert: assertions',
    settings: '    notify: [{ on: [drift], command: [sh, tell.sh] }]\n',
  });
  const { pawl, startWorker, target, database, write, directory } = project;
  expect((await pawl('schedule', 'verify', target, '--cron', '0 3 31 2 *')).stdout).toContain(`verify/${target} is there`);
  expect((await pawl('schedule', 'verify', target, '--cron', '0 4 * * *', '--timezone', 'Europe/Berlin')).stdout).toContain(
    'is changed',
  );
  expect(JSON.parse((await pawl('schedule', 'list', '--json')).stdout)).toMatchObject({
    schedules: expect.arrayContaining([
      expect.objectContaining({ target, cron: '0 4 * * *', timezone: 'Europe/Berlin' }),
    ]) as unknown,
  });
  const wrong = await pawl('schedule', 'verify', target, '--cron', 'every night');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('Temporal does not take the schedule "every night"');

  const metrics = `127.0.0.1:${await freePort()}`;
  const first = await startWorker({ PAWL_METRICS: metrics });
  await pawl('deploy');
  expect(await look(target)).toMatchObject({ status: 'COMPLETED', state: 'verified' });
  await database.query('alter table a rename to renamed');
  expect(await look(target)).toMatchObject({
    status: 'FAILED',
    state: 'drift',
    failure: expect.stringContaining('differs from release') as string,
  });
  const told = readFileSync(join(directory, 'told.txt'), 'utf8');
  expect(told.match(/differs from its files/g)).toHaveLength(1);
  expect(told).toContain(`pawl verify ${target}  # list what differs`);
  await waitFor(async () => /^pawl_drift\{.*\} 1$/m.test(await (await fetch(`http://${metrics}/metrics`)).text()), {
    what: 'the drift on the gauge',
    timeout: 60_000,
  });

  // The next release, whose deploy is blocked: what it has not applied yet is no drift.
  await database.query('alter table renamed rename to a');
  await write({ 'migrations/2_b.sql': 'alter table missing add b int;' });
  await first.kill();
  await startWorker();
  expect((await pawl('deploy')).code).toBe(3);
  expect(await look(target)).toMatchObject({ status: 'COMPLETED', state: undefined });
});
