import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, it } from 'vitest';
import { startTemporal } from '../../src/embedded/temporal.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { temporaryDirectory } from '../support/directory.js';

let project: DeployProject | undefined;
let end: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await project?.remove();
  for (const one of end.reverse()) await one();
  end = [];
});

it('a deploy with a long history goes on as a new run, at the exact migration, as one deploy', async () => {
  const { directory, remove } = temporaryDirectory();
  // The server suggests it at 4,096 events; a deploy of that length would take minutes.
  const temporal = await startTemporal({
    directory,
    persistent: false,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 25 },
  });
  end = [remove, () => temporal.stop()];
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`migrations/${n + 1}_t.sql`, `create table t${n + 1} ();`]),
  );
  project = await createDeployProject({
    files,
    temporalAddress: temporal.address,
    stages: '      - migrate: migrations\n      - approve: { name: traffic }',
  });
  await project.startWorker();
  const deploy = project.spawn('deploy');
  await deploy.waitForOutput(/waiting for approval/);
  await project.pawl('approve', project.target);
  const { code, stderr } = await deploy.exited;
  expect(stderr).toMatch(/is deployed: 12 applied/);
  expect(code).toBe(0);
  expect(await project.applied()).toEqual(Object.keys(files).map((_, n) => String(n + 1)));
  expect(await project.database.query('select count(*)::int as deploys, max(outcome) as outcome from pawl.deploys')).toEqual([
    { deploys: 1, outcome: 'done' },
  ]);

  const connection = await Connection.connect({ address: temporal.address });
  end.push(() => connection.close());
  const runs = [];
  for await (const run of new Client({ connection }).workflow.list({ query: `WorkflowId = 'deploy/${project.target}'` }))
    runs.push(run.status.name);
  expect(runs.filter((status) => status === 'CONTINUED_AS_NEW').length).toBeGreaterThan(1);
  expect(runs.filter((status) => status === 'COMPLETED')).toHaveLength(1);
});
