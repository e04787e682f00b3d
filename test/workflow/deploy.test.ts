import { afterEach, describe, expect, it } from 'vitest';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { waitFor } from '../support/wait.js';
import { CLOSE_GATE, OPEN_GATE, WAIT_AT_GATE } from '../support/gate.js';

let project: DeployProject;
afterEach(() => project?.remove());

async function open(options: DeployProjectOptions): Promise<DeployProject> {
  project = await createDeployProject(options);
  return project;
}

function stateIn({ stdout }: { stdout: string }): string | undefined {
  return (JSON.parse(stdout) as { deploy?: { status?: { state: string } } }).deploy?.status?.state;
}

const THREE = {
  'migrations/001_a.sql': 'create table a (id int primary key);',
  'migrations/002_b.sql': 'create table b (id int primary key);',
  'migrations/003_c.sql': 'create table c (id int primary key);',
};

describe('a deploy', () => {
  it('ends with the version that --to names; another one goes on from there', async () => {
    const { startWorker, pawl, applied } = await open({
      files: { ...THREE, 'assertions/never.sql': 'select count(*) = 0 from c;' },
      stages: '      - migrate: migrations\n      - assert: assertions',
    });
    await startWorker();
    const first = await pawl('deploy', '--to', '002', '--json');
    expect(first.stderr).toMatch(/2 pending, up to 002; 1 migration stays pending/);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      message: '2 applied, up to 002; 1 migration stays pending',
      status: { to: '002', stages: [{ state: 'done', applied: 2, left: 1 }, { state: 'not run' }] },
    });
    expect(await applied()).toEqual(['1', '2']);
    const rest = await pawl('deploy');
    expect(rest.stderr).toMatch(/1 assertion holds/);
    expect(rest.code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
  });

  it('applies what is pending through every stage, and nothing the second time', async () => {
    const { startWorker, pawl, applied, target } = await open({
      files: {
        ...THREE,
        'constraints/101_b_a.sql': 'alter table b add constraint b_a foreign key (id) references a (id);',
        'assertions/empty.sql': 'select count(*) = 0 from a;',
      },
      stages: [
        'migrate: migrations',
        'exec: { name: tool, command: [node, -e, "console.log(\'tool at work\')"] }',
        'constraints: constraints',
        'assert: assertions',
        'signal: [{ pgNotify: schema_changed }]',
      ]
        .map((stage) => `      - ${stage}`)
        .join('\n'),
    });
    await startWorker();
    const first = await pawl('deploy');
    expect(first.stderr).toMatch(/applied 001_a\.sql/);
    expect(first.stderr).toMatch(/tool finished/);
    expect(first.stderr).toMatch(/1 constraint verified/);
    expect(first.stderr).toMatch(/1 assertion holds/);
    expect(first.stderr).toMatch(/notified schema_changed/);
    expect(first.code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3', '101']);
    const result: unknown = await withClient((client) => client.workflow.getHandle(`deploy/${target}`).result());
    expect(result).toMatchObject({
      outcome: 'done',
      status: { state: 'done', stages: [{ applied: 3 }, {}, { applied: 1 }, {}, {}] },
    });
    const second = await pawl('deploy', '--json');
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ outcome: 'done', status: { state: 'done' } });
    expect(second.stderr).toMatch(/nothing is pending/);
  });

  it('blocks on a broken migration, keeps what came before, and gives way to the fixed release', async () => {
    const { startWorker, pawl, applied, write, database, target } = await open({
      files: { ...THREE, 'migrations/002_b.sql': "create table b (id int primary key);\ninsert into b values ('secret');" },
    });
    await startWorker();
    const blocked = await pawl('deploy');
    expect(blocked.code).toBe(3);
    expect(blocked.stderr).toMatch(/migrations\/002_b\.sql:2:\d+: invalid input syntax for type integer/);
    expect(blocked.stderr).not.toMatch(/: "secret"/);
    expect(blocked.stderr).toMatch(new RegExp(`pawl retry ${target}`));
    expect(await applied()).toEqual(['1']);
    expect(await database.query(`select to_regclass('b') as b`)).toEqual([{ b: null }]);

    const status = await pawl('status', '--json');
    expect(stateIn(status)).toBe('blocked');

    await write({ 'migrations/002_b.sql': 'create table b (id int primary key);' });
    await startWorker();
    const fixed = await pawl('deploy');
    expect(fixed.stderr).toMatch(/gives way|superseded|takes its place/i);
    expect(fixed.code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
    const outcomes = await database.query('select outcome from pawl.deploys order by started_at');
    expect(outcomes).toEqual([{ outcome: 'superseded' }, { outcome: 'done' }]);
  });

  it('skips only with a reason and the version that blocks, and says so in the audit', async () => {
    const { startWorker, pawl, applied, database, target } = await open({
      files: { ...THREE, 'migrations/002_b.sql': 'create table a ();' },
    });
    await startWorker();
    expect((await pawl('deploy')).code).toBe(3);
    expect((await pawl('skip', target, '3', '--reason', 'wrong one')).code).toBe(4);
    expect((await pawl('skip', target, '2')).code).toBe(2);
    expect((await pawl('skip', target, '2', '--reason', 'made by hand', '--by', 'ann')).code).toBe(0);
    expect((await pawl('deploy')).code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
    expect(await database.query(`select source, note from pawl.applied_migrations where version = '2'`)).toEqual([
      { source: 'skipped', note: 'skipped by ann: made by hand' },
    ]);
    expect(await database.query(`select by, reason from pawl.events where kind = 'migration.skipped'`)).toEqual([
      { by: 'ann', reason: 'made by hand' },
    ]);
  });

  it('retries when told to, with another lock timeout', async () => {
    const { startWorker, pawl, applied, target, database } = await open({
      files: { ...THREE, 'migrations/002_b.sql': 'insert into wanted values (1);' },
    });
    await startWorker();
    expect((await pawl('deploy')).code).toBe(3);
    await database.query('create table wanted (id int)');
    const damaged = { by: 'ann', lockTimeout: '7s', eason: 'typed' };
    const refused = withClient((client) =>
      client.workflow.getHandle(`deploy/${target}`).executeUpdate('retry', { args: [damaged] }),
    );
    await expect(refused.catch((error: Error) => String(error.cause))).resolves.toMatch('"eason" is not known here');
    expect((await pawl('retry', target, '--lock-timeout', '7s')).code).toBe(0);
    expect((await pawl('deploy')).code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
  });

  it('holds between migrations and goes on when resumed', async () => {
    const { startWorker, spawn, pawl, applied, target, database } = await open({
      files: { ...THREE, 'migrations/001_a.sql': `create table a (id int); ${WAIT_AT_GATE}` },
    });
    await database.query(CLOSE_GATE);
    await startWorker();
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/3 pending/);
    expect((await pawl('hold', target, '--reason', 'incident')).code).toBe(0);
    await database.query(OPEN_GATE);
    await waitFor(async () => stateIn(await pawl('status', '--json')) === 'held', { what: 'held' });
    expect(await applied()).toEqual(['1']);
    expect((await pawl('resume', target)).code).toBe(0);
    expect((await deploy.exited).code).toBe(0);
    expect(await applied()).toEqual(['1', '2', '3']);
  });

  it('cancels the running statement, rolls it back and gives the lease back', async () => {
    const { startWorker, spawn, pawl, applied, target, database } = await open({
      files: { ...THREE, 'migrations/002_b.sql': 'create table b (id int); select pg_sleep(600);' },
    });
    await startWorker();
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/applied 001_a/);
    await waitFor(
      async () =>
        (
          await database.query(
            `select from pg_stat_activity where query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()`,
          )
        ).length > 0,
      {
        what: 'the statement runs',
      },
    );
    expect((await pawl('cancel', target, '--reason', 'wrong release')).code).toBe(0);
    const ended = await deploy.exited;
    expect(ended.code).toBe(5);
    expect(await applied()).toEqual(['1']);
    expect(
      await database.query(`select to_regclass('b') as b, (select released_at is not null from pawl.lease) as released`),
    ).toEqual([{ b: null, released: true }]);
    expect(
      await database.query(
        `select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`,
      ),
    ).toEqual([]);
  });

  it('waits for an approval', async () => {
    const { startWorker, spawn, pawl, target } = await open({
      files: THREE,
      stages: '      - migrate: migrations\n      - approve: { name: before traffic }',
    });
    await startWorker();
    const deploy = spawn('deploy');
    await deploy.waitForOutput(/waiting for approval: before traffic/);
    expect((await pawl('approve', target, '--by', 'ann')).code).toBe(0);
    expect((await deploy.exited).code).toBe(0);
  });

  it('fails at once with --on-failure abort', async () => {
    const { startWorker, pawl, database } = await open({
      files: { 'migrations/001_a.sql': 'create tabel a ();'.replace('tabel', 'table') + ' select 1/0;' },
    });
    await startWorker();
    const failed = await pawl('deploy', '--on-failure', 'abort');
    expect(failed.code).toBe(4);
    expect(failed.stderr).toMatch(/division by zero/);
    expect(await database.query('select outcome from pawl.deploys')).toEqual([{ outcome: 'failed' }]);
  });

  it('applies a late migration and reports it', async () => {
    const file = (version: number): [string, string] => [`migrations/${version}_x.sql`, `create table x${version} ();`];
    const { startWorker, pawl, applied, write, database } = await open({
      files: Object.fromEntries([101, 102, 104, 105, 106].map(file)),
    });
    const worker = await startWorker();
    expect((await pawl('deploy')).code).toBe(0);
    await worker.kill();
    await write(Object.fromEntries([file(103)]));
    await startWorker();
    const late = await pawl('deploy');
    expect(late.stderr).toMatch(/103_x\.sql is out of order/);
    expect(late.code).toBe(0);
    expect(await applied()).toEqual(['101', '102', '104', '105', '106', '103']);
    expect(await database.query(`select late from pawl.applied_migrations where version = '103'`)).toEqual([{ late: true }]);
  });

  it('refuses before anything is touched: two files of one version, a renamed applied file', async () => {
    const { startWorker, pawl, applied, write, database } = await open({ files: { ...THREE } });
    const worker = await startWorker();
    expect((await pawl('deploy')).code).toBe(0);
    await worker.kill();

    await write({ 'migrations/4_d.sql': 'create table d ();', 'migrations/004_e.sql': 'create table e ();' });
    const twice = await pawl('deploy');
    expect(twice.code).toBe(4);
    expect(twice.stderr).toMatch(/4_d\.sql/);
    expect(twice.stderr).toMatch(/004_e\.sql/);

    await write({
      'migrations/4_d.sql': null,
      'migrations/003_c.sql': null,
      'migrations/003_renamed.sql': THREE['migrations/003_c.sql'],
    });
    await startWorker();
    const renamed = await pawl('deploy');
    expect(renamed.code).toBe(4);
    expect(renamed.stderr).toMatch(/version 3 was applied as 003_c\.sql, but the file is now migrations\/003_renamed\.sql/);
    expect(await applied()).toEqual(['1', '2', '3']);
    expect(await database.query(`select to_regclass('e') as e`)).toEqual([{ e: null }]);
  });

  it('lets two processes deploy at once: both succeed, each migration once', async () => {
    const { startWorker, spawn, applied } = await open({
      files: { ...THREE, 'migrations/001_a.sql': 'create table a (id int); select pg_sleep(1);' },
    });
    await startWorker();
    const both = [spawn('deploy'), spawn('deploy')];
    const outcomes = await Promise.all(both.map((deploy) => deploy.exited));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect(outcomes.map(({ stderr }) => stderr).join()).toMatch(/Joined the deploy of this release/);
    expect(await applied()).toEqual(['1', '2', '3']);
  });

  it('takes a long backlog in runs, each migration still its own transaction', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [
        `migrations/${n + 1}_t.sql`,
        n === 199 ? 'select 1/0;' : `create table t${n + 1} ();`,
      ]),
    );
    const { startWorker, pawl, applied, write } = await open({ files });
    const worker = await startWorker();
    const blocked = await pawl('deploy');
    expect(blocked.code).toBe(3);
    expect(await applied()).toHaveLength(199);
    await worker.kill();
    await write({ 'migrations/200_t.sql': 'create table t200 ();' });
    await startWorker();
    expect((await pawl('deploy')).code).toBe(0);
    expect(await applied()).toHaveLength(300);
  });
});
