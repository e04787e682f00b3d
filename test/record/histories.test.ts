import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';

const FOLDER = fileURLToPath(new URL('../replay/histories/', import.meta.url));
const WRONG = { 'migrations/002_b.sql': 'insert into wanted values (1);' };
const RIGHT = { 'migrations/002_b.sql': 'create table b (id int);' };

let project: DeployProject;
afterEach(() => project.remove());

type Scene = (pawl: (...args: string[]) => Promise<unknown>, correct: () => Promise<unknown>) => Promise<unknown>;

/** By the name of the file. */
const SCENES: Record<string, { files: Record<string, string>; scene: Scene }> = {
  plain: { files: RIGHT, scene: (pawl) => pawl('deploy') },
  'blocked-and-retried': {
    files: WRONG,
    scene: async (pawl) => {
      await pawl('deploy');
      await pawl('retry', 'orders', '--by', 'ann', '--lock-timeout', '7s', '--reason', 'once more');
      await pawl('deploy');
      await pawl('skip', 'orders', '2', '--by', 'ann', '--reason', 'made by hand');
      await pawl('deploy');
    },
  },
  superseded: {
    files: WRONG,
    scene: async (pawl, correct) => {
      await pawl('deploy');
      await correct();
      await pawl('deploy');
    },
  },
  cancelled: {
    files: WRONG,
    scene: async (pawl) => {
      await pawl('deploy');
      await pawl('cancel', 'orders', '--by', 'ann', '--reason', 'wrong release');
    },
  },
};

/** Writes the histories that test/replay replays: whole deploys as Temporal remembers them, by the build in dist/. */
it.each(Object.entries(SCENES))('records %s', async (name, { files, scene }) => {
  project = await createDeployProject({
    target: 'orders',
    files: { 'migrations/001_a.sql': 'create table a (id int);', 'assertions/a.sql': 'select count(*) = 0 from a;', ...files },
    stages: '      - migrate: migrations\n      - assert: assertions\n      - signal: [{ pgNotify: schema_changed }]',
  });
  const since = new Date();
  await project.startWorker();
  await scene(
    (verb = '', ...more) => project.pawl(verb, ...more, ...(verb === 'deploy' ? ['--by', 'ann', '--release', 'recorded'] : [])),
    async () => {
      await project.write(RIGHT);
      await project.startWorker();
    },
  );
  const json = await firstHistory(since);
  expect(json).toContain('WORKFLOW_EXECUTION_COMPLETED');
  await writeFile(`${FOLDER}${name}.json`, `${json}\n`);
});

/** The oldest deploy of the target since a time, without the name of the machine that recorded it. */
async function firstHistory(since: Date): Promise<string> {
  return withClient(async ({ workflow }) => {
    const runs = [];
    for await (const run of workflow.list({ query: `WorkflowId = 'deploy/orders' AND StartTime >= '${since.toISOString()}'` }))
      runs.push(run);
    const [first] = runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
    const history = await workflow.getHandle('deploy/orders', first?.runId).fetchHistory();
    const anonymous = (key: string, value: unknown): unknown => (['identity', 'stackTrace'].includes(key) ? 'recorder' : value);
    return JSON.stringify(JSON.parse(historyToJSON(history), anonymous));
  });
}
