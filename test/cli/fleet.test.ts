import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { runPawl, type Outcome } from '../support/cli.js';
import { createFleetProject, tenants, type FleetProject } from '../support/fleet.js';

let fleet: FleetProject;
beforeAll(async () => {
  fleet = await createFleetProject({ members: tenants(2), files: { 'migrations/1_a.sql': 'create table a (id int);' } });
});
afterAll(() => fleet.remove());

const pawl = (...args: string[]): Promise<Outcome> =>
  runPawl(args, {
    cwd: fleet.directory,
    env: { ...fleet.env, TEMPORAL_ADDRESS: inject('temporalAddress') },
    timeout: 80_000,
  });

it('a fleet is looked at and gets a member without a worker', async () => {
  expect(JSON.parse((await pawl('fleet', 'members', '--json')).stdout)).toMatchObject({ waves: [{ members: ['t1', 't2'] }] });
  expect(await pawl('fleet', 'plan')).toMatchObject({ code: 0 });
  expect(JSON.parse((await pawl('fleet', 'add', 't1', '--json')).stdout)).toMatchObject({ applied: 1, listed: true });
  const [half, plan] = await Promise.all([pawl('fleet', 'verify', '--json'), pawl('fleet', 'plan', '--json')]);
  expect([half.code, plan.code]).toEqual([7, 0]);
  const states = ({ stdout }: Outcome) =>
    (JSON.parse(stdout) as { members: { state: string }[] }).members.map(({ state }) => state);
  expect(states(half)).toEqual(['current', 'behind']);
  expect(states(plan)).toEqual(states(half));
  expect((await pawl('fleet', 'verify', '--only', 't1')).code).toBe(0);
});

it('where no rollout is open there is nothing to decide', async () => {
  const refused = [
    await pawl('fleet', 'resume'),
    await pawl('fleet', 'cancel', '--reason', 'too late'),
    await pawl('fleet', 'skip', '--all', '--reason', 'too late'),
  ];
  for (const { code, stdout, stderr } of refused) expect(code, stdout + stderr).toBe(4);
});
