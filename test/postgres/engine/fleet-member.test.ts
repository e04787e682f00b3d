import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { dropDatabase } from '../../../src/embedded/database.js';
import { addMember } from '../../../src/fleet/add-member.js';
import { recorder } from '../../support/engine.js';
import { createFleetProject, type FleetProject } from '../../support/fleet.js';

const role = `fleet_role_${randomBytes(4).toString('hex')}`;
const rollout = { id: randomUUID(), label: 'test', by: 'tester', environment: {} };

let fleet: FleetProject;
let limited: string;
beforeAll(async () => {
  fleet = await createFleetProject({
    members: ['t1'],
    settings: '    retryFor: 1s\n',
    files: { 'migrations/1_items.sql': 'create table items (id int primary key);' },
  });
  await fleet.query('t1', `create role ${role} login password 'x'`);
  limited = fleet.env['FLEET_URL']!.replace(/[/][/][^@]+@/, `//${role}:x@`);
});
afterAll(async () => {
  await fleet.query('t1', `drop role ${role}`);
  await dropDatabase(inject('postgresUrl'), new URL(fleet.env['FLEET_URL']!).pathname.slice(1).replace('%7Bname%7D', 'newcomer'));
  await fleet.remove();
});

it('a new member is made and brought up, and is told to be missing in the source of the members; repeated, nothing is made', async () => {
  const add = async (name: string) => addMember(await fleet.hold(), { name }, rollout, recorder());
  expect(await add('newcomer')).toEqual({ made: expect.stringMatching(/^database fleet_/) as string, applied: 1, listed: false });
  expect(await add('newcomer')).toEqual({ made: undefined, applied: 0, listed: false });
  expect(await add('t1')).toEqual({ made: undefined, applied: 1, listed: true });
});

it('a role that may not make databases is told which right it lacks', async () => {
  const held = await fleet.hold({ FLEET_URL: limited });
  const error: unknown = await addMember(held, { name: 'other' }, rollout, recorder()).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'MEMBER_NOT_MADE', next: expect.stringContaining('CREATEDB') as string });
  expect((error as Error).message).toMatch(/^the database fleet_\w+_other could not be made: .+ \(SQLSTATE 42501\)$/);
});

it('the time that an attempt works before it fails does not count against retryFor', async () => {
  await fleet.query('t1', 'create sequence tries');
  const fails = `do $$ begin perform pg_sleep(1.1); if nextval('tries') < 3 then raise exception using errcode = '40001'; end if; end $$;`;
  await fleet.write({ 'migrations/2_later.sql': fails });
  expect(await fleet.rollOut()).toMatchObject({ state: 'done', waves: [{ counts: { done: 1 } }] });
});

it('a member is asked in four messages, and one pending migration is deployed in eleven, on one connection', async () => {
  const messages = vi.spyOn(pg.Client.prototype, 'query');
  const connections = vi.spyOn(pg.Client.prototype, 'connect');
  const counts = async () => {
    messages.mockClear();
    connections.mockClear();
    await fleet.rollOut();
    return { messages: messages.mock.calls.length, connections: connections.mock.calls.length };
  };
  try {
    await fleet.write({ 'migrations/3_more.sql': 'create table more (id int primary key);' });
    expect(await counts()).toEqual({ messages: 11, connections: 1 });
    expect(await counts()).toEqual({ messages: 4, connections: 1 });
  } finally {
    vi.restoreAllMocks();
  }
});

it('a wave whose check fails stops the rollout: what its service does not answer, and what does not hold at a member', async () => {
  const two = await createFleetProject({
    members: ['a', 'b'],
    files: { 'migrations/1_items.sql': 'create table items (id int);' },
  });
  try {
    const waves = (check: string) => `    waves: [{ name: canary, limit: 1, ${check} }]\n    members:`;
    const own = await two.read('pawl.config.yaml');
    await two.write({
      'pawl.config.yaml': own.replace('    members:', waves('healthy: http://127.0.0.1:9/, healthyWithin: 1ms')),
    });
    const rest = { state: 'waiting', counts: { done: 0 } };
    expect(await two.rollOut()).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/^http:.* was not healthy within 1ms: /) as string,
      waves: [{ state: 'stopped', counts: { done: 1 } }, rest],
    });
    await two.write({
      'pawl.config.yaml': own.replace('    members:', waves('assert: checks')),
      'checks/none.sql': 'select count(*) > 0 from items;',
    });
    expect(await two.rollOut()).toMatchObject({
      state: 'stopped',
      reason: 'the assertions of canary do not hold at 1 of 1 members, a first: checks/none.sql:1: the assertion does not hold',
      waves: [{ state: 'stopped', counts: { already: 1 } }, rest],
    });
    await two.query('a', 'insert into items values (1)');
    expect(await two.rollOut()).toMatchObject({ state: 'done', waves: [{ counts: { already: 1 } }, { counts: { done: 1 } }] });
  } finally {
    await two.remove();
  }
});
