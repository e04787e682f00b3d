import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';

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
      await withClient(({ workflow }) => workflow.getHandle('deploy/orders').result());
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

/** As a deploy is held, waits for somebody else's lock, loses its connection, and is approved. */
it('records every-stage', async () => {
  project = await createDeployProject({
    target: 'orders',
    files: {
      'migrations/001_a.sql': 'create table a (id int primary key);',
      'migrations/002_b.sql': 'alter table a add column b int;',
      'migrations/003_c.sql':
        'create table if not exists c (id int primary key); select pg_sleep(case when to_regclass($$go$$) is null then 60 else 0 end);',
      'constraints/101_a.sql': 'alter table a add constraint a_id check (id > 0);',
    },
    settings: '    retryFor: 1s\n    lockTimeout: 60s\n',
    stages: [
      'exec: { name: wait, command: [sh, -c, "until [ -e go ]; do sleep 0.1; done"] }',
      'migrate: migrations',
      'constraints: constraints',
      'approve: { name: traffic }',
    ]
      .map((stage) => `      - ${stage}`)
      .join('\n'),
  });
  const { pawl, database, write, spawn } = project;
  const since = new Date();
  await database.query('create table if not exists lock_me (id int)');
  await project.startWorker();
  const deploy = spawn('deploy', '--by', 'ann', '--release', 'recorded');
  await deploy.waitForOutput(/4 pending/);
  await pawl('hold', 'orders', '--by', 'ann', '--reason', 'look');
  await write({ go: '' });
  await deploy.waitForOutput(/held: waiting for resume/);
  await pawl('resume', 'orders', '--by', 'ann');
  const sleeping = await waitFor(
    async () =>
      (
        await database.query<{ pid: number }>(
          `select pid from pg_stat_activity where state = 'active' and query like '%pg_sleep(case%' and pid <> pg_backend_pid()`,
        )
      )[0]?.pid,
    { what: 'it sleeps' },
  );
  await database.query('select pg_terminate_backend($1)', [sleeping]);
  await waitFor(
    async () => {
      await database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where state = 'active' and query like '%pg_sleep(case%' and pid <> pg_backend_pid()`,
      );
      return deploy.output().stderr.includes('blocked');
    },
    { what: 'blocked without a connection' },
  );
  await deploy.exited;
  await database.query('create table go ()');
  await pawl('retry', 'orders', '--by', 'ann');
  const again = spawn('deploy', '--by', 'ann', '--release', 'recorded');
  await again.waitForOutput(/waiting for approval/);
  await pawl('approve', 'orders', '--by', 'bob');
  expect((await again.exited).code).toBe(0);
  const json = await firstHistory(since);
  for (const activity of ['fence', 'record-hold', 'record-approve', 'execute', 'assertConstraints'])
    expect(json).toContain(activity);
  await writeFile(`${FOLDER}every-stage.json`, `${json}\n`);
});

it('records run-of-many', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`migrations/${n + 1}_t.sql`, `create table t${n + 1} ();`]),
  );
  project = await createDeployProject({ target: 'orders', files });
  const since = new Date();
  await project.startWorker();
  expect((await project.pawl('deploy', '--by', 'ann', '--release', 'recorded')).code).toBe(0);
  await writeFile(`${FOLDER}run-of-many.json`, `${await firstHistory(since)}\n`);
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
