import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { runPawl, spawnPawl, type Outcome, type Pawl } from '../support/cli.js';

/** One project, one Temporal namespace, two databases: what everybody has who keeps one configuration for staging and production. */
let project: DeployProject;
let staging: TestDatabase;
let started: Pawl[];
beforeEach(async () => {
  project = await createDeployProject({
    files: { 'migrations/1_a.sql': 'create table a (id int);', 'migrations/2_b.sql': 'create table b (id int);' },
  });
  staging = await createTestDatabase();
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((pawl) => pawl.kill('SIGKILL')));
  await staging.drop();
  await project.remove();
});

type Where = 'staging' | 'production' | 'nowhere';

function variables(where: Where, named: boolean): Record<string, string | undefined> {
  const url = { staging: staging.url, production: project.database.url, nowhere: undefined }[where];
  return { ...project.env, TEST_DATABASE_URL: url, PAWL_ENVIRONMENT: named ? where : undefined };
}

async function worker(where: Where, named = false, others: Record<string, string> = {}): Promise<Pawl> {
  const pawl = spawnPawl(['worker'], { cwd: project.directory, env: { ...variables(where, named), ...others } });
  started.push(pawl);
  await pawl.waitForOutput(/polls pawl-/, 90_000);
  return pawl;
}

const pawl = (where: Where, named: boolean, ...args: string[]): Promise<Outcome> =>
  runPawl(args, { cwd: project.directory, env: variables(where, named), timeout: 90_000 });

/** Which databases have anything of the project. */
async function deployed(): Promise<Where[]> {
  const has = async ({ query }: TestDatabase): Promise<boolean> =>
    (await query(`select from pg_tables where schemaname in ('public', 'pawl')`)).length > 0;
  const found: Where[] = [];
  if (await has(staging)) found.push('staging');
  if (await has(project.database)) found.push('production');
  return found;
}

const error = ({ stdout }: Outcome): { code: string; message: string } =>
  (JSON.parse(stdout) as { error: { code: string; message: string } }).error;

describe('no environment is named', () => {
  it("only staging's worker is up: production's pipeline is refused, and nothing is applied anywhere", async () => {
    await worker('staging');
    const deploy = await pawl('production', false, 'deploy', '--json');
    expect(deploy.code).toBe(4);
    expect(error(deploy)).toMatchObject({ code: 'WRONG_DATABASE' });
    expect(error(deploy).message).toContain(staging.name);
    expect(error(deploy).message).toContain(project.database.name);
    const doctor = await pawl('production', false, 'doctor');
    expect(doctor.code).toBe(4);
    expect(doctor.stdout).toMatch(/✗ worker .* serves/);
    expect(await deployed()).toEqual([]);
  });

  it('a second worker with another database does not start, and one with the same does', async () => {
    await worker('production');
    await worker('production');
    const other = await pawl('staging', false, 'worker');
    expect(other.code).toBe(4);
    expect(other.stderr).toMatch(/WRONG_DATABASE|serves .* and from here it is/);
    const deploy = await pawl('production', false, 'deploy', '--json');
    expect(deploy.code).toBe(0);
    expect(JSON.parse(deploy.stdout)).toMatchObject({
      database: expect.stringContaining(`${project.database.name} on `) as string,
    });
    expect(await deployed()).toEqual(['production']);
  });

  it('a pipeline without the address deploys to what the worker has, and says to what', async () => {
    await worker('production');
    const deploy = await pawl('nowhere', false, 'deploy');
    expect(deploy.code).toBe(0);
    expect(deploy.stderr).toContain(`the database is ${project.database.name} on `);
    expect(await deployed()).toEqual(['production']);
  });

  it('a deploy under way does not go on at another database', async () => {
    await project.write({ 'migrations/2_b.sql': 'select nope;' });
    const first = await worker('production');
    expect((await pawl('production', false, 'deploy')).code).toBe(3);
    await first.kill();
    const wrong = await worker('staging');
    expect((await pawl('nowhere', false, 'retry', project.target)).code).toBe(0);
    await wrong.waitForOutput(/this deploy began on/, 90_000);
    expect(await deployed()).toEqual(['production']);
    await wrong.kill();
    await worker('production');
    const again = await pawl('production', false, 'deploy', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'blocked', fault: { version: '2' } });
    expect(await deployed()).toEqual(['production']);
  });
});

describe('the environment is named', () => {
  it('both workers are up, and each pipeline reaches its own', async () => {
    await Promise.all([worker('staging', true), worker('production', true)]);
    const production = await pawl('production', true, 'deploy', '--json');
    expect(JSON.parse(production.stdout)).toMatchObject({ outcome: 'done', environment: 'production' });
    expect(await deployed()).toEqual(['production']);
    expect((await pawl('staging', true, 'deploy')).code).toBe(0);
    expect(await deployed()).toEqual(['staging', 'production']);
    expect((await pawl('production', true, 'status')).stdout).toContain(`${project.target} (production) is done`);
  });

  it("only staging's worker is up: production's pipeline finds none", async () => {
    await worker('staging', true);
    const deploy = await pawl('production', true, 'deploy', '--json');
    expect(deploy.code).toBe(4);
    expect(error(deploy)).toMatchObject({ code: 'TEMPORAL_NO_WORKER' });
    expect(await deployed()).toEqual([]);
  });

  it("production's worker has staging's address: refused by staging's ledger, whatever the pipeline knows", async () => {
    await worker('staging', true);
    expect((await pawl('staging', true, 'deploy')).code).toBe(0);
    await worker('staging', true, { PAWL_ENVIRONMENT: 'production' });
    const deploy = await runPawl(['deploy', '--json'], {
      cwd: project.directory,
      env: { ...variables('nowhere', false), PAWL_ENVIRONMENT: 'production' },
    });
    expect(deploy.code).toBe(4);
    expect(deploy.stdout).toContain('belongs to the environment staging');
    expect(await deployed()).toEqual(['staging']);
    // Where it is a copy of staging, a person says so.
    const claimed = await runPawl(['ledger', 'claim', '--from', 'staging', '--reason', 'a copy'], {
      cwd: project.directory,
      env: { ...variables('staging', true), PAWL_ENVIRONMENT: 'production' },
    });
    expect(claimed.stdout).toContain('the ledger belonged to staging and belongs to production now');
  });

  it("a deploy under way does not go on at a worker that was restarted with staging's address", async () => {
    await project.write({ 'migrations/2_b.sql': 'select nope;' });
    const first = await worker('production', true);
    expect((await pawl('production', true, 'deploy')).code).toBe(3);
    await first.kill();
    const wrong = await worker('staging', true, { PAWL_ENVIRONMENT: 'production' });
    expect((await pawl('production', true, 'retry', project.target)).code).toBe(0);
    await wrong.waitForOutput(/this deploy began on/, 90_000);
    expect(await deployed()).toEqual(['production']);
    await wrong.kill();
    await worker('production', true);
    const again = await pawl('production', true, 'deploy', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'blocked', environment: 'production', fault: { version: '2' } });
    expect(await deployed()).toEqual(['production']);
  });
});
