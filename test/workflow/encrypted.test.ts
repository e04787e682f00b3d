import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterEach, expect, inject, it } from 'vitest';
import { findTemporal } from '../../src/embedded/find-temporal.js';
import { runPawl, spawnPawl, type Outcome, type Pawl } from '../support/cli.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { historyText, withClient } from '../support/history.js';

const run = promisify(execFile);
const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

let project: DeployProject;
let codec: Pawl | undefined;
afterEach(async () => {
  await codec?.kill();
  await project.remove();
});

/** What people, files and rows are called here: whatever of it is in the history could be read by who reads the namespace. */
const NAMES = ['dossier', 'ann-of-ours', 'because-of-incident', 'migrations/', 'does not exist', 'blocked: ', 'owner-approval'];

it('a deploy that is blocked, retried, approved and done leaves nothing readable in its history; with the keys all of it is', async () => {
  project = await createDeployProject({
    files: {
      'migrations/1_dossier.sql': 'create table dossier (id int);',
      'migrations/2_dossier_fk.sql': 'alter table dossiers add x int;',
    },
    stages: '      - migrate: migrations\n      - approve: { name: owner-approval }',
  });
  const { target, directory, env, database } = project;
  const [old, young] = [key('old'), key('new')];
  const pawl = (keys: string, ...args: string[]): Promise<Outcome> =>
    runPawl(args, { cwd: directory, env: { ...env, PAWL_CODEC_KEYS: keys }, timeout: 90_000 });
  const first = await project.startWorker({ PAWL_CODEC_KEYS: old });
  expect((await pawl(old, 'deploy', '--by', 'ann-of-ours')).code).toBe(3);
  // The keys are rotated while the deploy is open: the new one encrypts, the old one still decrypts.
  await first.kill();
  await project.startWorker({ PAWL_CODEC_KEYS: `${young},${old}` });
  const both = `${young},${old}`;
  await database.query('create table dossiers (id int)');
  const retried = await pawl(both, 'retry', target, '--by', 'ann-of-ours', '--reason', 'because-of-incident');
  expect(retried.stdout).toContain('tries again');
  const deploy = spawnPawl(['deploy'], { cwd: directory, env: { ...env, PAWL_CODEC_KEYS: both } });
  await deploy.waitForOutput(/waiting for approval/);
  expect((await pawl(both, 'status', '--json')).stdout).toContain('"label"');
  expect((await pawl(both, 'approve', target, '--by', 'ann-of-ours')).code).toBe(0);
  expect((await deploy.exited).code).toBe(0);

  const history = await historyText(`deploy/${target}`);
  expect(history.length).toBeGreaterThan(5_000);
  for (const name of NAMES) expect(history.includes(name), name).toBe(false);
  const description = await withClient((client) =>
    client.workflowService.describeWorkflowExecution({ namespace: 'default', execution: { workflowId: `deploy/${target}` } }),
  );
  for (const name of NAMES) expect(Buffer.from(JSON.stringify(description.toJSON())).includes(name), name).toBe(false);
  expect(JSON.stringify(description.toJSON())).not.toContain(Buffer.from('ann-of-ours').toString('base64').slice(0, 14));

  for (const [keys, message] of [
    ['', /encrypted with the key "(old|new)", and PAWL_CODEC_KEYS is not set/],
    [old, /encrypted with the key "new", and PAWL_CODEC_KEYS has old/],
  ] as const) {
    const blind = await pawl(keys, 'retry', target, '--json');
    expect(blind.code).toBe(4);
    expect(JSON.parse(blind.stdout)).toMatchObject({
      error: { code: 'CODEC_KEYS', message: expect.stringMatching(message) as string },
    });
  }

  // Temporal's own command line reads it through the codec server, as the Web UI does.
  codec = spawnPawl(['codec', 'serve', '--listen', '127.0.0.1:0'], { cwd: directory, env: { PAWL_CODEC_KEYS: both } });
  const [, port] = await codec.waitForOutput(/Codec server at http:\/\/127\.0\.0\.1:(\d+)/);
  const { stdout } = await run(await findTemporal(), [
    ...['workflow', 'show', '--address', inject('temporalAddress'), '--workflow-id', `deploy/${target}`, '--output', 'json'],
    ...['--codec-endpoint', `http://127.0.0.1:${port}`],
  ]);
  const read = stdout.replaceAll(/"data": "([^"]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
  for (const name of NAMES) expect(read).toContain(name);
});
