import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';

let project: DeployProject;
afterEach(() => project.remove());

const FILES = {
  'migrations/001_a.sql': 'create table a (id int primary key);',
  'migrations/002_b.sql': 'create table b (id int primary key);',
};
const APPROVE = '      - migrate: migrations\n      - approve: { name: traffic }';

async function open(options: Partial<DeployProjectOptions> = {}): Promise<DeployProject> {
  project = await createDeployProject({ files: FILES, ...options });
  await project.startWorker();
  return project;
}

async function state(): Promise<string | undefined> {
  const { stdout } = await project.pawl('status', '--json');
  return (JSON.parse(stdout) as { deploy?: { status?: { state: string } } }).deploy?.status?.state;
}

async function blockedOn(code: string): Promise<void> {
  await waitFor(
    async () => {
      const { stdout } = await project.pawl('status', '--json');
      const { status } = (JSON.parse(stdout) as { deploy: { status?: { state: string; fault?: { code: string } } } }).deploy;
      return status?.state === 'blocked' && status.fault?.code === code;
    },
    { what: `blocked on ${code}`, timeout: 40_000 },
  );
}

const OUTCOMES =
  'select d.outcome, l.released_at is not null as released from pawl.deploys d, pawl.lease l order by d.started_at';

describe('a deploy whose ledger or server changes under it', () => {
  it('is blocked where a decision cannot be recorded after a failover, and ends by cancel with its last words', async () => {
    const { spawn, pawl, target, database } = await open({ stages: APPROVE });
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/waiting for approval/);
    await database.query('update pawl.lease set timeline = timeline + 1');
    expect((await pawl('approve', target)).code).toBe(0);
    await blockedOn('SERVER_CHANGED');
    expect((await deploy.exited).code).toBe(3);
    expect((await pawl('cancel', target, '--reason', 'failover')).code).toBe(0);
    await waitFor(async () => (await state()) === 'cancelled', { what: 'cancelled' });
    expect(await database.query(OUTCOMES)).toEqual([{ outcome: 'cancelled', released: true }]);
  });

  it('fails with a word, and records it, when the lease was broken before a decision', async () => {
    const { spawn, pawl, target, database } = await open({ stages: APPROVE });
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/waiting for approval/);
    expect((await pawl('lock', 'break', target, '--reason', 'gone')).code).toBe(0);
    expect((await pawl('approve', target)).code).toBe(0);
    const { code, stderr } = await deploy.exited;
    expect(stderr).toMatch(/the lease has moved on/);
    expect(code).toBe(4);
    expect(await database.query('select outcome from pawl.deploys')).toEqual([{ outcome: 'failed' }]);
  });

  it('is blocked on a skip that cannot be written, and carries it out when told to retry', async () => {
    const { pawl, target, database, applied } = await open({
      files: { ...FILES, 'migrations/002_b.sql': 'create table a ();' },
    });
    expect((await pawl('deploy')).code).toBe(3);
    await database.query('alter table pawl.applied_migrations rename to elsewhere');
    expect((await pawl('skip', target, '2', '--reason', 'by hand')).code).toBe(0);
    await blockedOn('LEDGER_DAMAGED');
    await database.query('alter table pawl.elsewhere rename to applied_migrations');
    expect((await pawl('retry', target)).code).toBe(0);
    const ended = await pawl('deploy');
    expect(ended.code, ended.stderr).toBe(0);
    expect(await applied()).toEqual(['1', '2']);
    expect(await database.query(`select source from pawl.applied_migrations where version = '2'`)).toEqual([
      { source: 'skipped' },
    ]);
  });

  it('says why the last words are not written, until they are', async () => {
    const { spawn, pawl, target, database } = await open({ stages: APPROVE });
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/waiting for approval/);
    await database.query(`create function refuse() returns trigger language plpgsql as $$ begin
      if new.kind = 'deploy.done' then raise exception 'no room'; end if; return new; end $$`);
    await database.query('create trigger refuse before insert on pawl.events for each row execute function refuse()');
    expect((await pawl('approve', target)).code).toBe(0);
    await waitFor(async () => (await state()) === 'blocked', { what: 'blocked on its last words', timeout: 40_000 });
    const held = await pawl('hold', target, '--reason', 'late');
    expect(held.code).toBe(4);
    expect(held.stderr).toMatch(/is over and cannot record its outcome: retry, or cancel/);
    await database.query('drop trigger refuse on pawl.events');
    expect((await pawl('retry', target)).code).toBe(0);
    await waitFor(async () => (await state()) === 'done', { what: 'done' });
    expect(await database.query(OUTCOMES)).toEqual([{ outcome: 'done', released: true }]);
    await deploy.exited;
  });

  it('ends without its last words when they are given up, and the next deploy takes the lease over', async () => {
    const { spawn, pawl, target, database } = await open({ stages: APPROVE });
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/waiting for approval/);
    await database.query('alter table pawl.deploys add constraint refuse check (outcome is null) not valid');
    expect((await pawl('approve', target)).code).toBe(0);
    await waitFor(async () => (await state()) === 'blocked', { what: 'blocked on its last words', timeout: 40_000 });
    expect((await pawl('cancel', target, '--reason', 'leave it')).stdout).toMatch(/without recording its outcome/);
    await waitFor(async () => (await state()) === 'failed', { what: 'failed' });
    await deploy.exited;
    await database.query('alter table pawl.deploys drop constraint refuse');
    const again = spawn('deploy');
    await again.waitForOutput(/waiting for approval/);
    expect((await pawl('approve', target)).code).toBe(0);
    expect((await again.exited).code).toBe(0);
  });
});

describe('a beginning that fails after it took the lease', () => {
  const OLD_TOOL = `create table a (id int primary key);
    create table schema_migrations (version varchar primary key); insert into schema_migrations values ('001')`;

  it.each([
    ['cancelled', 5, '10m'],
    ['refused', 4, '8s'],
  ])('gives the lease back when it is %s', async (outcome, exit, retryFor) => {
    const { spawn, pawl, target, database } = await open({
      settings: `    adopt: { from: dbmate }\n    retryFor: ${retryFor}\n    lockTimeout: 1s\n`,
    });
    await database.query(OLD_TOOL);
    const oldTool = new pg.Client({ connectionString: database.url });
    await oldTool.connect();
    try {
      await oldTool.query(`begin; update schema_migrations set version = '001'`);
      const deploy = spawn('deploy');
      await waitFor(
        async () =>
          (await database.query(`select to_regclass('pawl.deploys') as there`))[0]!['there'] !== null &&
          (await database.query('select from pawl.deploys')).length > 0,
        { what: 'the lease is taken' },
      );
      if (outcome === 'cancelled') expect((await pawl('cancel', target, '--reason', 'too long')).code).toBe(0);
      expect((await deploy.exited).code).toBe(exit);
    } finally {
      await oldTool.end();
    }
    expect(await database.query(OUTCOMES)).toEqual([{ outcome, released: true }]);
  });
});

it('does not ask again and again where the ledger swallows the row', async () => {
  const { pawl, database, target } = await open({
    files: { ...FILES, 'migrations/001_a.sql': 'create table if not exists a (n int); insert into a values (1);' },
    stages: `      - exec: { name: trap, command: [sh, -c, 'until [ -e trapped ]; do sleep 0.1; done'] }\n      - migrate: migrations`,
  });
  const deploy = project.spawn('deploy');
  await deploy.waitForOutput(/2 pending/);
  await database.query(`create rule swallow as on insert to pawl.applied_migrations do instead nothing`);
  await project.write({ trapped: '' });
  const { code, stderr } = await deploy.exited;
  expect(code).toBe(3);
  expect(stderr).toContain('rule swallow of applied_migrations');
  // Refused with its transaction; or committed once, and not asked for again.
  const [table] = await database.query<{ there: boolean }>(`select to_regclass('a') is not null as there`);
  const rows = table?.there ? await database.query('select from a') : [];
  expect(rows.length).toBeLessThanOrEqual(1);
  await withClient((client) => client.workflow.getHandle(`deploy/${target}`).terminate());
  expect((await pawl('status')).code).toBe(0);
});
