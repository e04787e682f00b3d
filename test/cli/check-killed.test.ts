import { afterEach, expect, inject, it } from 'vitest';
import { runPawl, spawnPawl, type Pawl } from '../support/cli.js';
import { createTestDatabase } from '../support/database.js';
import { writeProject } from '../support/project.js';
import { waitFor } from '../support/wait.js';

const env = { PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'), SHOP: undefined };
const CONFIG = 'targets: { shop: { database: { env: SHOP }, stages: [{ migrate: migrations }] } }';

const projects: Awaited<ReturnType<typeof writeProject>>[] = [];
const running: Pawl[] = [];
afterEach(async () => {
  for (const pawl of running.splice(0)) await pawl.kill('SIGKILL');
  for (const project of projects.splice(0)) await project.remove();
});

async function project(sql: string): Promise<string> {
  projects.push(await writeProject({ 'pawl.config.yaml': CONFIG, 'migrations/1_x.sql': sql }));
  return projects.at(-1)!.directory;
}

/** A check that does not end by itself, in the middle of its migration. */
async function stuck(role: string): Promise<{ pawl: Pawl; database: string }> {
  const cwd = await project(`create role ${role}_made; select pg_sleep(600) /* ${role} */;`);
  const pawl = spawnPawl(['check', '--role', `${role}_needed`], { cwd, env });
  running.push(pawl);
  const find = `select datname from pg_stat_activity where query like 'select pg_sleep(600) /* ${role} */%' and datname like 'pawl_scratch_%'`;
  const [row] = await waitFor(
    async () => {
      const found = await onServer(find);
      return found.length > 0 ? found : undefined;
    },
    { what: 'the migration to run' },
  );
  return { pawl, database: String(row!['datname']) };
}

async function onServer(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  const database = await createTestDatabase();
  try {
    return await database.query(sql, params);
  } finally {
    await database.drop();
  }
}

it('sweeps what a killed check has left behind at the next one, and nothing of one that still runs', async () => {
  const dead = await stuck('pawl_dead');
  const alive = await stuck('pawl_alive');
  await dead.pawl.kill('SIGKILL');
  const databases = 'select datname from pg_database where datname = any($1) order by 1';
  expect(await onServer(databases, [[dead.database, alive.database]])).toHaveLength(2);
  const next = await runPawl(['check'], { cwd: await project('select 1;'), env });
  expect(next.code).toBe(0);
  expect(await onServer(databases, [[dead.database, alive.database]])).toEqual([{ datname: alive.database }]);
  const roles = await onServer(`select rolname from pg_roles where rolname ~ '^pawl_(dead|alive)_' order by 1`);
  expect(roles).toEqual([{ rolname: 'pawl_alive_needed' }]);
  await alive.pawl.kill('SIGKILL');
  await runPawl(['check'], { cwd: await project('select 1;'), env });
  expect(await onServer(`select from pg_roles where rolname ~ '^pawl_(dead|alive)_'`)).toEqual([]);
});
