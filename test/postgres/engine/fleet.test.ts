import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtMembers } from '../../../src/fleet/look.js';
import { rollOutDirectly } from '../../../src/fleet/direct.js';
import { recorder } from '../../support/engine.js';
import { createFleetProject, tenants, type FleetProject } from '../../support/fleet.js';

const STATES = `select string_agg(version, ',' order by position) as versions, (select count(*)::int from pawl.deploys) as deploys,
  (select string_agg(outcome, ',' order by started_at) from pawl.deploys) as outcomes,
  (select released_at is not null from pawl.lease) as released from pawl.applied_migrations`;

describe('one release to twelve databases', () => {
  let fleet: FleetProject;
  beforeAll(async () => {
    fleet = await createFleetProject({
      members: tenants(12),
      settings: '    waves:\n      - { name: canary, orderBy: at, limit: 2 }\n',
      files: { 'migrations/1_items.sql': 'create table items (id int primary key);' },
    });
  });
  afterAll(() => fleet.remove());

  it('goes wave by wave: each member is deployed once, with lock, lease, ledger and audit as any target', async () => {
    const status = await fleet.rollOut();
    expect(status).toMatchObject({
      state: 'done',
      waves: [
        { name: 'canary', total: 2, counts: { done: 2 } },
        { name: 'rest', total: 10, counts: { done: 10 }, applied: 10 },
      ],
    });
    for (const member of fleet.members)
      expect(await fleet.query(member, STATES)).toEqual([{ versions: '1', deploys: 1, outcomes: 'done', released: true }]);
    expect(await fleet.query('t3', 'select target from pawl.ledger')).toEqual([{ target: `${fleet.name}/t3` }]);
  });

  it('reads members that have everything, and writes nothing there', async () => {
    const before = await fleet.query('t5', 'select xmin::text, ctid::text from pawl.lease');
    expect(await fleet.rollOut()).toMatchObject({
      state: 'done',
      waves: [{ counts: { already: 2 } }, { counts: { already: 10 } }],
    });
    expect(await fleet.query('t5', 'select xmin::text, ctid::text from pawl.lease')).toEqual(before);
    expect(await fleet.query('t5', STATES)).toMatchObject([{ deploys: 1 }]);
  });

  it('three of twelve fail: nine are done, three are told with place and reason, and the next rollout touches those three alone', async () => {
    const broken = ['t4', 't7', 't12'];
    for (const member of broken) await fleet.query(member, 'create table parts (id text)');
    await fleet.write({ 'migrations/2_parts.sql': 'create table parts (id int primary key);' });
    const status = await fleet.rollOut();
    expect(status.waves).toMatchObject([{ counts: { done: 2 } }, { counts: { done: 7, failed: 3 } }]);
    expect(status.faults.map(({ member }) => member).sort()).toEqual([...broken].sort());
    expect(status.faults[0]).toMatchObject({
      wave: 'rest',
      fault: { code: 'SQL_FAILED', file: 'migrations/2_parts.sql', line: 1 },
    });
    expect(await fleet.query('t4', STATES)).toEqual([{ versions: '1', deploys: 2, outcomes: 'done,failed', released: true }]);
    const untouched = () =>
      Promise.all(
        fleet.members
          .filter((m) => !broken.includes(m))
          .map((m) => fleet.query(m, 'select xmin::text, ctid::text from pawl.lease')),
      );
    const before = await untouched();
    for (const member of broken) await fleet.query(member, 'drop table parts');
    expect((await fleet.rollOut()).waves).toMatchObject([{ counts: { already: 2 } }, { counts: { already: 7, done: 3 } }]);
    expect(await untouched()).toEqual(before);
    for (const member of fleet.members)
      expect(await fleet.query(member, STATES)).toMatchObject([{ versions: '1,2', released: true }]);
  });

  it('a fault in the canary wave touches no later wave', async () => {
    await fleet.query('t2', 'create table more (id text)');
    await fleet.write({ 'migrations/3_more.sql': 'create table more (id int primary key);' });
    const status = await fleet.rollOut();
    expect(status).toMatchObject({
      state: 'stopped',
      reason: '1 of 2 members of canary failed',
      waves: [
        { state: 'stopped', counts: { done: 1, failed: 1 } },
        { state: 'waiting', counts: { done: 0, failed: 0 } },
      ],
    });
    for (const member of fleet.members.slice(2)) expect(await fleet.query(member, STATES)).toMatchObject([{ versions: '1,2' }]);
    const sights = await lookAtMembers(await fleet.hold(), {});
    expect(sights.filter(({ state }) => state === 'behind')).toHaveLength(11);
    expect(new Set(sights.map(({ set }) => set)).size).toBe(2);
  });
});

describe('members that cannot be reached', () => {
  let fleet: FleetProject;
  beforeAll(async () => {
    fleet = await createFleetProject({
      members: tenants(3),
      settings: '    retryFor: 1s\n    unreachable: skip\n',
      files: {
        'migrations/1_items.sql': 'create table items (id int primary key);',
        'members.csv': 'name,region\nt1,eu\nmissing,eu\nt3,\n',
      },
    });
    const config = `fleets:\n  ${fleet.name}:\n    database: { env: FLEET_URL }\n    retryFor: 1s\n    unreachable: UNREACHABLE\n    members: { file: members.csv }\n    stages: [{ migrate: migrations }]\n`;
    await fleet.write({ 'pawl.config.yaml': config.replace('UNREACHABLE', 'fail') });
  });
  afterAll(() => fleet.remove());

  it('count as failed and stop nobody else while they are few; or are skipped, as the fleet says', async () => {
    expect(await fleet.rollOut()).toMatchObject({
      state: 'done',
      waves: [{ counts: { done: 2, unreachable: 1 } }],
      faults: [{ member: 'missing', outcome: 'unreachable', fault: { code: 'CONNECT_FAILED' } }],
    });
    const text = await fleet.read('pawl.config.yaml');
    await fleet.write({ 'pawl.config.yaml': text.replace('unreachable: fail', 'unreachable: skip') });
    expect(await fleet.rollOut()).toMatchObject({ waves: [{ counts: { already: 2, skipped: 1 } }] });
    const sights = await lookAtMembers(await fleet.hold(), {});
    expect(sights.map(({ member, state }) => `${member} ${state}`)).toEqual(['t1 current', 'missing unreachable', 't3 current']);
  });
});

describe('stages beside the database', () => {
  let fleet: FleetProject;
  beforeAll(async () => {
    fleet = await createFleetProject({
      members: tenants(2),
      stages: '      - migrate: migrations\n      - exec: { name: warm, command: [node, warm.js] }',
      files: {
        'migrations/1_items.sql': 'create table items (id int primary key);',
        'warm.js': 'process.exit(1);',
      },
    });
  });
  afterAll(() => fleet.remove());

  it('a member whose program failed after its migrations is no member that has everything', async () => {
    expect((await fleet.rollOut()).waves).toMatchObject([{ counts: { failed: 2 }, applied: 0 }]);
    await fleet.write({ 'warm.js': '' });
    expect((await fleet.rollOut()).waves).toMatchObject([{ counts: { done: 2 } }]);
    expect((await fleet.rollOut()).waves).toMatchObject([{ counts: { already: 2 } }]);
    expect(await fleet.query('t1', STATES)).toMatchObject([{ versions: '1', outcomes: 'failed,done', released: true }]);
  });
});

describe('two members whose addresses lead to one database', () => {
  let fleet: FleetProject;
  beforeAll(async () => {
    fleet = await createFleetProject({
      members: tenants(2),
      settings: '    parallel: 1\n',
      files: { 'migrations/1_items.sql': 'create table items (id int primary key);' },
    });
  });
  afterAll(() => fleet.remove());

  it('the second one is refused, also once the first one has everything', async () => {
    const held = await fleet.hold({ FLEET_URL: fleet.env['FLEET_URL']!.replace(/(%7B|\{)name(%7D|\})/, 't1') });
    const rollout = { id: 'r', label: 'test', by: 'tester', environment: {} };
    const rollOut = () => rollOutDirectly({ fleet: held, rollout, control: recorder(), onSight: () => undefined });
    const fault = { member: 't2', fault: { code: 'LEDGER_FOREIGN_TARGET' } };
    expect(await rollOut()).toMatchObject({ waves: [{ counts: { done: 1, failed: 1 } }], faults: [fault] });
    expect(await rollOut()).toMatchObject({ waves: [{ counts: { already: 1, failed: 1 } }], faults: [fault] });
  });
});

it('Ctrl-C while a wave soaks ends the rollout as cancelled, and no further member is begun', async () => {
  const fleet = await createFleetProject({
    members: tenants(2),
    settings: '    waves:\n      - { name: canary, limit: 1, soak: 1h }\n',
    files: { 'migrations/1_items.sql': 'create table items (id int primary key);' },
  });
  try {
    const cancel = new AbortController();
    const rollout = { id: 'r', label: 'test', by: 'tester', environment: {} };
    const status = await rollOutDirectly({
      fleet: await fleet.hold(),
      rollout,
      control: recorder(cancel.signal),
      onSight: ({ waves }) => {
        if (waves[0]?.state === 'soaking') cancel.abort();
      },
    });
    expect(status).toMatchObject({
      state: 'cancelled',
      waves: [{ counts: { done: 1 } }, { state: 'waiting', counts: { done: 0 } }],
    });
  } finally {
    await fleet.remove();
  }
});
