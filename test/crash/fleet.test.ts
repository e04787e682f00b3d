import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import pg from 'pg';
import { runPawl, spawnPawl, type Pawl } from '../support/cli.js';
import { createFleetProject, tenants, type FleetProject } from '../support/fleet.js';
import { waitFor } from '../support/wait.js';

const MEMBERS = tenants(20);
/** Long enough that a kill meets some members in the middle of it. */
const SLOW = (version: number): string =>
  `insert into effects (version) values (${version}); select pg_sleep(0.15); insert into effects (version) values (${version});`;

let fleet: FleetProject;
let worker: Pawl | undefined;
let env: Record<string, string>;

beforeAll(async () => {
  fleet = await createFleetProject({
    members: MEMBERS,
    settings: '    waves:\n      - { name: canary, orderBy: at, limit: 2 }\n',
    files: {
      'migrations/1_effects.sql': 'create table effects (id int generated always as identity primary key, version int);',
      'migrations/2_slow.sql': SLOW(2),
      'migrations/3_slow.sql': SLOW(3),
      'migrations/4_index.sql': 'create index concurrently effects_version on effects (version);',
    },
  });
  env = { ...fleet.env, TEMPORAL_ADDRESS: inject('temporalAddress') };
});
afterAll(async () => {
  await worker?.kill('SIGKILL');
  await fleet.remove();
});

async function startWorker(): Promise<void> {
  worker = spawnPawl(['worker'], { cwd: fleet.directory, env });
  await worker.waitForOutput(/polls pawl-/);
}

/** Members that have so many migrations. */
async function membersWith(count: number): Promise<number> {
  const having = await Promise.all(
    MEMBERS.map(async (member) => {
      const rows = await fleet.query(member, `select from pg_class where relname = 'applied_migrations'`);
      return rows.length === 0 ? 0 : (await fleet.query(member, 'select from pawl.applied_migrations')).length;
    }),
  );
  return having.filter((had) => had >= count).length;
}

async function endSessions(): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    const prefix = new URL(fleet.env['FLEET_URL']!).pathname.slice(1).split('%7B')[0]!;
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname like $1 || '%' and application_name like 'pawl:%'`,
      [prefix],
    );
  } finally {
    await client.end();
  }
}

it('F1 worker and sessions killed in the middle of a rollout to 20 members: each migration once per member', async () => {
  await startWorker();
  expect((await runPawl(['fleet', 'deploy', '--detach'], { cwd: fleet.directory, env })).code).toBe(0);
  for (const reached of [1, 4, 9]) {
    await waitFor(async () => (await membersWith(2)) >= reached, { timeout: 60_000, what: `${reached} members to be begun` });
    await endSessions();
    await worker!.kill('SIGKILL');
    await startWorker();
  }
  const { code, stderr } = await runPawl(['fleet', 'deploy'], { cwd: fleet.directory, env, timeout: 90_000 });
  expect(code, stderr).toBe(0);
  for (const member of MEMBERS) {
    expect(await fleet.query(member, 'select version, count(*)::int from effects group by 1 order by 1')).toEqual([
      { version: 2, count: 2 },
      { version: 3, count: 2 },
    ]);
    const ledger = `select (select string_agg(version, ',' order by position) from pawl.applied_migrations) as versions,
      (select count(*)::int from pawl.deploys) as deploys, (select released_at is not null from pawl.lease) as released,
      (select indisvalid from pg_index where indexrelid = 'effects_version'::regclass) as valid`;
    expect(await fleet.query(member, ledger)).toEqual([{ versions: '1,2,3,4', deploys: 1, released: true, valid: true }]);
  }
}, 300_000);
