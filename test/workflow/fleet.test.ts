import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { addMember, decideRollout, followRollout, readRollout, startRollout } from '../../src/client.js';
import { runPawl, spawnPawl, type Outcome, type Pawl } from '../support/cli.js';
import type { WorkflowFailedError } from '@temporalio/client';
import type { FleetStatus } from '../../src/contract/fleet.js';
import { createFleetProject, tenants, type FleetProject } from '../support/fleet.js';
import { historyText, withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';

const STATES = `select string_agg(version, ',' order by position) as versions,
  (select released_at is not null from pawl.lease) as released from pawl.applied_migrations`;

let fleet: FleetProject;
let worker: Pawl | undefined;
let env: Record<string, string>;

const pawl = (...args: string[]): Promise<Outcome> =>
  runPawl(args, { cwd: fleet.directory, env, timeout: 80_000 }).catch((error: unknown) => {
    throw new Error(`${String(error)} WORKER ${worker?.output().stderr ?? ''}`);
  });
const startWorker = async (): Promise<void> => {
  await worker?.kill('SIGKILL');
  worker = spawnPawl(['worker'], { cwd: fleet.directory, env });
  await worker.waitForOutput(/polls pawl-/);
};

beforeAll(async () => {
  fleet = await createFleetProject({
    members: tenants(12),
    settings: [
      '    parallel: 6',
      '    notify: [{ on: [blocked, approval, failed, done], command: [sh, tell.sh] }]',
      '    waves:',
      '      - { name: canary, orderBy: at, limit: 2 }\n',
    ].join('\n'),
    files: {
      'tell.sh': `printf '%s\\n' "$PAWL_NOTIFY_JSON" >> told.txt\n`,
      'migrations/1_items.sql': 'create table items (id int primary key);',
    },
  });
  env = { ...fleet.env, TEMPORAL_ADDRESS: inject('temporalAddress') };
});
afterAll(async () => {
  await worker?.kill('SIGKILL');
  await fleet.remove();
});

it('rolls out wave by wave, several members to an activity, and says so as JSON', async () => {
  await startWorker();
  const { code, stdout, stderr } = await pawl('fleet', 'deploy', '--json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'done',
    message: '12 done',
    status: {
      waves: [
        { name: 'canary', counts: { done: 2 } },
        { name: 'rest', counts: { done: 10 } },
      ],
    },
  });
  for (const member of fleet.members) expect(await fleet.query(member, STATES)).toEqual([{ versions: '1', released: true }]);
  const begun = (await historyText(`fleet/${fleet.name}`)).match(/"activityType":\{"name":"fleetApply"/g) ?? [];
  // Six at once in two activities, two waves.
  expect(begun).toHaveLength(3);
});

it('a start with a wrong input is refused with a sentence that names the field', async () => {
  const [taskQueue] = /pawl-[0-9a-f]{16}/.exec(worker!.output().stderr) ?? [];
  await withClient(async ({ workflow }) => {
    const handle = await workflow.start('fleet', { workflowId: `fleet/${fleet.name}`, taskQueue: taskQueue!, args: [{}] });
    const error: unknown = await handle.result().catch((reason: unknown) => reason);
    expect((error as WorkflowFailedError).cause?.message).toMatch('the input of the workflow is wrong: fleet: ');
  });
});

it('lets a deploy of its own wait for each member that failed; retry --all ends them, and touches nobody else', async () => {
  const broken = ['t5', 't9', 't12'];
  for (const member of broken) await fleet.query(member, 'create table parts (id text)');
  await fleet.write({ 'migrations/2_parts.sql': 'create table parts (id int primary key);' });
  await startWorker();
  const rollout = await pawl('fleet', 'deploy', '--json');
  expect(rollout.code, rollout.stderr).toBe(3);
  const document = JSON.parse(rollout.stdout) as { status: { blocked: string[] } };
  expect(document.status.blocked.toSorted()).toEqual(broken.toSorted());
  const others = fleet.members.filter((member) => !broken.includes(member));
  const rows = () => Promise.all(others.map((member) => fleet.query(member, 'select xmin::text, ctid::text from pawl.lease')));
  const before = await rows();
  const status = await pawl('status', `${fleet.name}/t5`);
  expect(status.stdout).toMatch(/blocked/);
  for (const member of broken) await fleet.query(member, 'drop table parts');
  const retry = await pawl('fleet', 'retry', '--all');
  expect(retry.code, retry.stderr + retry.stdout).toBe(0);
  expect(retry.stdout).toContain('3 members done, 0 not');
  expect(await rows()).toEqual(before);
  for (const member of fleet.members) expect(await fleet.query(member, STATES)).toEqual([{ versions: '1,2', released: true }]);
});

it('stops at a fault of the canary; a newer release takes over, also of the blocked member', async () => {
  await fleet.query('t2', 'create table more (id text)');
  await fleet.write({ 'migrations/3_more.sql': 'create table more (id int primary key);' });
  await startWorker();
  const stopped = await pawl('fleet', 'deploy');
  expect(stopped.code, stopped.stderr).toBe(3);
  expect(stopped.stderr).toContain('1 of 2 members of canary failed');
  expect(stopped.stderr).toMatch(/pawl fleet resume f-\S+ continues/);
  const refused = await pawl('fleet', 'approve');
  expect(refused.stderr).toMatch(/does not wait for an approval[^]*pawl fleet status/);
  // Each decision is one of its own, though the state stays.
  const turn = async () =>
    (JSON.parse((await pawl('fleet', 'status', '--json')).stdout) as { rollout: FleetStatus }).rollout.turn;
  const before = await turn();
  await pawl('fleet', 'hold');
  expect(await turn()).toBe(before + 1);
  for (const member of fleet.members.slice(2)) expect(await fleet.query(member, STATES)).toMatchObject([{ versions: '1,2' }]);
  // The cause is gone, and a newer release comes: the deploy of t2 that waits gives its place up.
  await fleet.query('t2', 'drop table more');
  await fleet.write({ 'migrations/4_last.sql': 'create table last (id int primary key);' });
  const old = worker;
  worker = undefined;
  await startWorker();
  const newer = await pawl('fleet', 'deploy');
  await old?.kill('SIGKILL');
  expect(newer.code, newer.stderr).toBe(0);
  for (const member of fleet.members)
    expect(await fleet.query(member, STATES)).toEqual([{ versions: '1,2,3,4', released: true }]);
  expect(await fleet.query('t2', `select outcome from pawl.deploys order by started_at desc limit 2`)).toEqual([
    { outcome: 'done' },
    { outcome: 'superseded' },
  ]);
});

it('a program starts a rollout, holds it while a wave waits for its approval, approves, follows, and adds members', async () => {
  const config = await fleet.read('pawl.config.yaml');
  await fleet.write({ 'pawl.config.yaml': config.replace('limit: 2 }', 'limit: 2, approve: true }') });
  await startWorker();
  const { name, directory: cwd } = fleet;
  await withClient(async (client) => {
    const rollout = await startRollout({ client, cwd, fleet: name, label: 'r5', by: 'program' });
    const end = followRollout(rollout, { client });
    const sight = () => readRollout({ client, fleet: name });
    await waitFor(async () => (await sight())?.state === 'waiting for approval', { what: 'the wave to wait for approval' });
    const decide = { client, fleet: name, by: 'ann' };
    await decideRollout({ ...decide, verb: 'hold', reason: 'look first' });
    await expect(decideRollout({ ...decide, verb: 'approve', name: 'eu' })).rejects.toThrow(/the wave canary .* not eu/);
    expect(await decideRollout({ ...decide, verb: 'approve', name: 'canary' })).toContain('the wave canary is approved');
    expect(await sight()).toMatchObject({ held: true });
    await decideRollout({ ...decide, verb: 'resume' });
    const status = await end;
    expect(status).toMatchObject({
      state: 'done',
      held: false,
      waves: [{ counts: { already: 2 } }, { counts: { already: 10 } }],
    });
    expect(status?.timeline.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['hold by ann: look first', 'approve by ann', 'resume by ann']),
    );
  });
  vi.stubEnv('FLEET_URL', fleet.env['FLEET_URL']);
  try {
    const added = await addMember({ cwd, fleet: name, name: 't1', label: 'r5', by: 'program' });
    expect(added).toEqual({ made: undefined, applied: 0, listed: true });
  } finally {
    vi.unstubAllEnvs();
  }
});

it('stops after a wave whose assertions do not hold, says at which member, and goes on when somebody says so', async () => {
  const config = await fleet.read('pawl.config.yaml');
  await fleet.write({
    'pawl.config.yaml': config.replace(/limit: 2.*\}/, 'limit: 2, assert: checks }'),
    'checks/none.sql': `select current_database() not like '%_t2';`,
  });
  await startWorker();
  const stopped = await pawl('fleet', 'deploy');
  expect(stopped.code, stopped.stderr).toBe(3);
  expect(stopped.stderr.replaceAll(/\s+/g, ' ')).toContain('the assertions of canary do not hold at 1 of 2 members, t2 first:');
  expect((await pawl('fleet', 'resume')).stdout).toContain('continues');
  const state = async () =>
    (JSON.parse((await pawl('fleet', 'status', '--json')).stdout) as { rollout: FleetStatus }).rollout.state;
  await waitFor(async () => (await state()) === 'done', { what: 'the rollout to go on' });
});

it('people were told once of each rollout that stopped, waited for an approval, or was done', async () => {
  const told = async () =>
    (await fleet.read('told.txt'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; key: string; text: string; commands: string[] });
  await waitFor(async () => (await told()).length >= 8, { what: 'the last one' });
  const all = await told();
  expect(all.map(({ event }) => event)).toEqual(['done', 'done', 'blocked', 'done', 'approval', 'done', 'blocked', 'done']);
  expect(new Set(all.map(({ key }) => key)).size).toBe(8);
  const [first, second, stopped, , waiting] = all.map(({ text }) => text.replaceAll(fleet.name, 'tenants'));
  expect(first).toMatch(/^tenants is rolled out\n12 done\nRelease /);
  expect(second).toMatch(/9 done, 3 blocked[^]*pawl fleet retry tenants --all {2}# try every blocked member again/);
  expect(stopped).toMatch(
    /^tenants has stopped and waits for a decision\n1 of 2 members of canary failed\. tenants\/t2: [^]*pawl fleet resume tenants {2}# go on/,
  );
  expect(waiting).toMatch(
    /^tenants waits for approval\nThe wave canary is next\.\n[^]*pawl fleet approve tenants {2}# let the wave canary begin/,
  );
});
