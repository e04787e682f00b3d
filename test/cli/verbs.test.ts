import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runPawl } from '../support/cli.js';
import { createDeployProject, type DeployProject, type DeployProjectOptions } from '../support/deploy-project.js';

let project: DeployProject;
afterEach(() => project.remove());

const TWO = { 'migrations/0001_a.sql': 'create table a (id int);', 'migrations/0002_b.sql': 'create table b (id int);' };

async function open(options: Partial<DeployProjectOptions> = {}): Promise<DeployProject> {
  project = await createDeployProject({ files: TWO, ...options });
  return project;
}

/** Runs a verb with `--json`. */
async function ask(...args: string[]): Promise<{ code: number | null; answer: Record<string, unknown> }> {
  const { code, stdout } = await project.pawl(...args, '--json');
  return { code, answer: JSON.parse(stdout) as Record<string, unknown> };
}

async function deployed(options: Partial<DeployProjectOptions> = {}): Promise<DeployProject> {
  await open(options);
  expect((await project.pawl('deploy', '--direct', '--by', 'ana', '--release', 'v1')).code).toBe(0);
  return project;
}

describe('looking', () => {
  it('plan says what is pending, and refuses what a deploy would refuse', async () => {
    await deployed();
    await project.write({ 'migrations/0004_d.sql': 'select 4;', 'migrations/0003_c.sql': 'select 3;' });
    const { code, answer } = await ask('plan');
    expect(code).toBe(0);
    expect(answer).toMatchObject({ applied: 2, pending: [{ version: '3' }, { version: '4', name: '0004_d.sql', late: false }] });
    expect((await project.pawl('plan')).stdout).toMatch(/2 applied, 2 pending[^]*· 0003_c\.sql\n[^]*· 0004_d\.sql/);
    await project.write({ 'migrations/0001_a.sql': 'create table a (id bigint);' });
    const refused = await project.pawl('plan');
    expect(refused.stdout).toMatch(/0001_a\.sql was edited after it was applied[^]*A deploy would be refused/);
    expect(refused.code).toBe(4);
  });

  it('plan --to and deploy --to end with a version, whatever stage holds it, and say what they leave', async () => {
    const stages = ['migrate: migrations', 'constraints: constraints', 'assert: assertions'];
    await open({
      stages: stages.map((stage) => `      - ${stage}`).join('\n'),
      files: {
        ...TWO,
        'constraints/0101_key.sql': 'alter table a add constraint a_id unique (id);',
        'constraints/0102_other.sql': 'alter table b add constraint b_id unique (id);',
        'assertions/never.sql': 'select false;',
      },
    });
    expect(await ask('plan', '--to', '0001')).toMatchObject({
      code: 0,
      answer: { pending: [{ version: '1' }], left: [{ version: '2' }, { version: '101' }, { version: '102' }] },
    });
    expect((await project.pawl('plan', '--to', '1')).stdout).toContain('1 pending, up to 1; 3 migrations stay pending');
    const first = await project.pawl('deploy', '--direct', '--to', '1', '--json');
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.stdout)).toMatchObject({ outcome: 'done', applied: 1, left: 3 });
    expect(await project.applied()).toEqual(['1']);
    // Within a later stage: the one before it is whole, and its own constraints are proved as far as it went.
    const second = await project.pawl('deploy', '--direct', '--to', '0101_key.sql');
    expect(second.stderr).toMatch(/verified: the applied set is the files up to 0101_key\.sql/);
    expect(second.stderr).toMatch(/2 applied, up to 0101_key\.sql; 1 migration stays pending/);
    expect(await project.applied()).toEqual(['1', '2', '101']);
    const wrong = await project.pawl('deploy', '--direct', '--to', '1011');
    expect(wrong.code).toBe(4);
    expect(wrong.stderr).toMatch(/no migration of this release has the version 1011[^]*Did you mean 101\?/);
    expect((await project.pawl('deploy', '--direct')).stderr).toMatch(/assertions\/never\.sql/);
  });

  it('says of 4,000 refused files, pending faults and differences what fits a screen, and all of it as JSON', async () => {
    const names = Array.from({ length: 4_000 }, (_, n) => String(n).padStart(4, '0'));
    await open({ files: { 'other/0001_a.sql': 'select 1;' } });
    await project.write(Object.fromEntries(names.map((n) => [`migrations/x${n}.sql`, 'select 1;'])));
    for (const verb of ['plan', 'check']) {
      const { code, stdout, stderr } = await project.pawl(verb);
      expect(code).toBe(4);
      expect((stdout + stderr).split('\n').length).toBeLessThan(24);
      expect(stderr).toMatch(/and 3\d\d\d more like it \[FILES_BAD_NAME[^]*4000 faults in the files/);
    }
    expect((await ask('plan')).answer).toHaveProperty('error.faults.length', 4_000);
    await project.write(Object.fromEntries(names.map((n) => [`migrations/x${n}.sql`, null])));
    await project.write(Object.fromEntries(names.map((n) => [`migrations/${n}_a.sql`, 'selct 1;'])));
    const { stdout } = await project.pawl('verify');
    expect(stdout.split('\n').length).toBeLessThan(24);
    expect(stdout).toMatch(/and 3\d\d\d more like it \[NOT_APPLIED/);
  });

  it('plan --sql prints what is pending as it would run', async () => {
    await open({
      stages: '      - migrate: { directory: migrations, placeholders: { NAME: things } }\n      - constraints: constraints',
      files: {
        'migrations/0001_a.sql': '-- the things\ncreate table ${NAME} (id int);\ninsert into things values (1);',
        'migrations/0002_i.sql': 'create index concurrently things_id on things (id);',
        'migrations/0003_copy.sql': 'copy things from stdin;\n2\n3\n\\.\n',
        'constraints/0101_key.sql': 'alter table things add constraint things_key unique (id);',
      },
    });
    const { code, stdout } = await project.pawl('plan', '--sql');
    expect(code).toBe(0);
    expect(stdout).toBe(`-- ${project.target}: 4 migrations, release ${/release (\w+)/.exec(stdout)?.[1] ?? ''}

-- migrations/0001_a.sql (migrations)
BEGIN;
-- the things
create table things (id int);
insert into things values (1);
COMMIT;

-- migrations/0002_i.sql (migrations)
-- outside a transaction
create index concurrently things_id on things (id);

-- migrations/0003_copy.sql (migrations)
BEGIN;
copy things from stdin;
2
3
\\.
COMMIT;

-- constraints/0101_key.sql (constraints)
-- in steps, each where it is not there yet
-- CREATE INDEX CONCURRENTLY things_key
-- outside a transaction
create unique index concurrently "things_key" on "things" ("id");
-- add constraint things_key
`);
    const { answer } = await ask('plan', '--sql', '--to', '2');
    expect(answer).toMatchObject({ sql: [{ version: '1' }, { version: '2', parts: [{ transaction: false }] }] });
  });

  it('verify --schema finds what was changed by hand, and nothing that is only pending or was granted by a file', async () => {
    const role = `reporter_${process.pid}`;
    await open({
      stages: '      - migrate: migrations\n      - constraints: constraints',
      files: {
        ...TWO,
        'migrations/0003_c.sql': 'create index b_id on b (id);',
        'migrations/0004_d.sql': `create index concurrently a_id on a (id); grant select on a to ${role};`,
        'constraints/0101_key.sql': 'alter table b add constraint b_key unique (id);',
      },
    });
    await project.database.query(`create role ${role}`);
    try {
      expect((await project.pawl('deploy', '--direct')).code).toBe(0);
      await project.write({ 'migrations/0005_e.sql': 'create table e (id int);' });
      const before = await ask('verify', '--schema');
      expect(before).toMatchObject({ code: 7, answer: { findings: [{ code: 'NOT_APPLIED' }], schema: { differences: [] } } });
      await project.database.query(`drop index b_id; alter table a add column by_hand text; create index extra on b (id desc);
        alter table b drop constraint b_key; grant insert on b to ${role}`);
      const quiet = await project.pawl('verify');
      expect(quiet.stdout).toContain('not the schema');
      const { code, answer } = await ask('verify', '--schema');
      const { differences } = answer['schema'] as { differences: { kind: string; identity: string; change: string }[] };
      expect(code).toBe(7);
      expect(differences.map(({ kind, identity, change }) => `${change} ${kind} ${identity}`).sort()).toEqual([
        'added column public.a.by_hand',
        `added grant table public.b to ${role}`,
        'added index public.extra',
        'removed index public.b_id',
        'removed key b_key on public.b',
      ]);
    } finally {
      await project.database.query(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('verify finds what differs, and says 7', async () => {
    await deployed({
      stages: '      - migrate: migrations\n      - assert: assertions',
      files: { ...TWO, 'assertions/empty.sql': 'select count(*) = 0 from a;' },
    });
    expect(await ask('verify')).toMatchObject({ code: 0, answer: { applied: 2, files: 2, findings: [] } });
    await project.database.query('insert into a values (1)');
    const failing = await ask('verify');
    expect(failing).toMatchObject({ code: 7, answer: { findings: [{ code: 'ASSERTION_FAILED' }] } });
    await project.write({ 'migrations/0003_c.sql': 'select 3;' });
    expect(await ask('verify')).toMatchObject({ code: 7, answer: { findings: [{ code: 'NOT_APPLIED' }] } });
  });

  it('status shows the database although Temporal is away, and the other way round', async () => {
    await deployed();
    const { directory, env, target } = project;
    const away = await runPawl(['status', '--json'], { cwd: directory, env: { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expect(away.code).toBe(0);
    expect(JSON.parse(away.stdout)).toMatchObject({
      target,
      deploy: { error: { code: 'TEMPORAL_UNREACHABLE' } },
      database: { applied: 2, pending: [] },
    });
    const gone = project.database.url.replace(/:\d+\//, ':1/');
    const other = await runPawl(['status', '--json'], { cwd: directory, env: { ...env, TEST_DATABASE_URL: gone } });
    expect(other.code).toBe(0);
    expect(JSON.parse(other.stdout)).toMatchObject({ deploy: null, database: { error: { code: 'CONNECT_FAILED' } } });
    const nothing = await runPawl(['status', '--json'], {
      cwd: directory,
      env: { ...env, TEST_DATABASE_URL: gone, TEMPORAL_ADDRESS: '127.0.0.1:1' },
    });
    expect(nothing.code).toBe(4);
    expect(JSON.parse(nothing.stdout)).toMatchObject({
      deploy: { error: { code: 'TEMPORAL_UNREACHABLE' } },
      database: { error: { code: 'CONNECT_FAILED' } },
    });
  });

  it('status of a target needs no configuration, for whoever has Temporal alone', async () => {
    await open();
    const { env, target, startWorker, pawl } = project;
    await startWorker();
    expect((await pawl('deploy')).code).toBe(0);
    const answer = await runPawl(['status', target], { cwd: '/', env: { ...env, TEST_DATABASE_URL: undefined } });
    expect(answer.stdout).toMatch(new RegExp(`^${target} is done\\s`));
    expect(answer.code).toBe(0);
  });

  it('log tells who deployed what when, and who decided', async () => {
    await deployed();
    const { stdout } = await project.pawl('log');
    expect(stdout).toMatch(
      /release v1 \([0-9a-f]{16}\) by ana: done in .*, 2 applied\n[^]*applied 0001_a\.sql in [^]*applied 0002_b\.sql in [^]*deploy done/,
    );
    const { answer } = await ask('log', '--limit', '2');
    expect(answer).toMatchObject({ deploys: [{ label: 'v1', outcome: 'done' }], entries: [{}, { kind: 'deploy.done' }] });
    expect(answer.entries).toHaveLength(2);
  });

  it('doctor says the cure for each thing that is missing', async () => {
    await open();
    const ready = await ask('doctor');
    expect(ready.answer).toMatchObject({ failing: 0 });
    expect(ready.code).toBe(0);
    const role = `doctor_${project.target.slice(2)}`;
    await project.database.query(`create role ${role} login password 'x'`);
    const url = new URL(project.database.url);
    Object.assign(url, { username: role, password: 'x' });
    const env = { ...project.env, TEST_DATABASE_URL: url.href, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const ill = await runPawl(['doctor'], { cwd: project.directory, env });
    await project.database.query(`drop role ${role}`);
    expect(ill.stdout).toMatch(
      /✗ rights[^]*may not create the ledger[^]*AUTHORIZATION[^]*"doctor_[^]*✗ temporal[^]*does not answer[^]*2 of \d+ checks fail/,
    );
    expect(ill.stdout).toMatch(
      /! new objects +go to schema public [^]*may not create any[^]*GRANT CREATE ON SCHEMA "public" TO "doctor_/,
    );
    expect(ill.code).toBe(4);
  });

  it('doctor asks the worker itself, whom Temporal lists for a minute after its end, and names the open deploy', async () => {
    const { target, startWorker, pawl } = await open({ files: { 'migrations/0001_a.sql': 'select 1/0;' } });
    const { pid } = await startWorker();
    expect((await pawl('deploy')).code).toBe(3);
    const words = async (): Promise<string> => (await pawl('doctor')).stdout.replaceAll(/\s+/g, ' ');
    expect(await words()).toMatch(
      new RegExp(`✓ worker ${target} answers, and holds .*! deploy ${target} under way, .*: blocked since \\d\\d:`),
    );
    // Neither dead nor able to do anything: to Temporal it looks like one that waits for work.
    process.kill(pid, 'SIGSTOP');
    const silent = await words();
    process.kill(pid, 'SIGCONT');
    expect(silent).toMatch(
      new RegExp(
        `! worker ${target} one with .* asked for work last at .*, and none answers within 10 s .*${target} under way, .* does not answer`,
      ),
    );
  });
});

describe('await', () => {
  it('waits until the files that are here are applied, and gives up when told', async () => {
    await open();
    const late = await project.pawl('await', '--timeout', '300ms');
    expect(late.stderr).toMatch(/Waiting for t-.*: 1, 2 not applied yet[^]*not applied in time: 1, 2/);
    expect(late.code).toBe(4);
    const waiting = project.spawn('await', '--until', '0002', '--json');
    await waiting.waitForOutput(/2 not applied yet/);
    expect((await project.pawl('deploy', '--direct')).code).toBe(0);
    const { code, stdout } = await waiting.exited;
    expect(JSON.parse(stdout)).toMatchObject({ versions: ['2'] });
    expect(code).toBe(0);
  });
});

describe('changing', () => {
  it('new writes the next file in the style of its neighbours', async () => {
    await open();
    expect((await project.pawl('new', 'Add', 'total', 'to orders!')).stdout).toBe('migrations/0003_add_total_to_orders.sql\n');
    await access(join(project.directory, 'migrations/0003_add_total_to_orders.sql'));
    expect((await ask('new', 'next')).answer).toMatchObject({ files: ['migrations/0004_next.sql'] });
  });

  it('rollback undoes the newest migration once, with a reason', async () => {
    const files = { 'migrations/1_a.up.sql': 'create table a (id int);', 'migrations/1_a.down.sql': 'drop table a;' };
    await deployed({ files });
    const { code, answer } = await ask('rollback', '--reason', 'wrong idea', '--by', 'ana');
    expect(answer).toMatchObject({ version: '1', name: '1_a.up.sql', by: 'ana' });
    expect(code).toBe(0);
    expect(await project.applied()).toEqual([]);
    expect(await project.database.query("select to_regclass('a') as a")).toEqual([{ a: null }]);
    expect((await project.pawl('log')).stdout).toMatch(/rolled back 1 by ana \(wrong idea\)/);
    const again = await project.pawl('rollback', '--reason', 'more');
    expect(again.stderr).toContain('nothing is applied');
    expect(again.code).toBe(4);
  });

  it('adopt shows the take-over, and does it when told', async () => {
    await open({
      settings: '    adopt: { from: golang-migrate }\n',
      files: { ...TWO, 'migrations/0003_c.sql': 'create table c (id int);' },
    });
    await project.database.query(
      `create table schema_migrations (version bigint primary key, dirty boolean not null); insert into schema_migrations values (2, false);
       ${Object.values(TWO).join(';')}`,
    );
    const preview = await ask('adopt');
    expect(preview).toMatchObject({ code: 0, answer: { wouldAdopt: [{ version: '1' }, { version: '2' }] } });
    expect(await project.database.query("select to_regnamespace('pawl') as ledger")).toEqual([{ ledger: null }]);
    expect((await ask('adopt', '--yes')).answer).toMatchObject({ adopted: 2 });
    expect(await project.applied()).toEqual(['1', '2']);
    expect((await project.pawl('adopt')).stdout).toContain('the take-over is done already');
    const without = await project.pawl('adopt', '--retire', '--yes');
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('--retire needs --reason') as string });
    expect((await project.pawl('adopt', '--retire')).stdout).toMatch(
      /would drop "public"\."schema_migrations"; golang-migrate was adopted/,
    );
    const retired = await ask('adopt', '--retire', '--yes', '--reason', 'no way back is wanted', '--by', 'ana');
    expect(retired.answer).toMatchObject({ dropped: ['"public"."schema_migrations"'] });
    expect((await project.pawl('adopt', '--retire')).stdout).toContain('nothing to retire');
    expect((await project.pawl('log')).stdout).toContain('no way back is wanted');
  });

  it('grants prints what each role needs, and says what one lacks', async () => {
    await open();
    const script = (await project.pawl('grants')).stdout;
    expect(script).toMatch(/^CREATE SCHEMA IF NOT EXISTS "pawl" AUTHORIZATION "[\w-]+_deployer";$/m);
    expect(script).toMatch(/^-- GRANT SELECT ON TABLE "pawl"\."lease" TO "[\w-]+_dependent";$/m);
    expect(await ask('grants', '--check')).toMatchObject({ code: 0, answer: { roles: [{ part: 'deployer', missing: [] }] } });
    expect(await ask('grants', '--check', '--reader', 'nobody')).toMatchObject({
      code: 7,
      answer: { roles: [{ exists: false }] },
    });
  });

  it('an approval that --direct passes is in the audit, and unusable variables are told before anything runs', async () => {
    await open({
      stages:
        '      - migrate: migrations\n      - approve: { name: dba }\n      - signal: [{ webhook: { url: { env: PAWL_HOOK } } }]\n',
    });
    const unset = await project.pawl('deploy', '--direct');
    expect(unset).toMatchObject({ code: 2, stderr: expect.stringContaining('PAWL_HOOK: is not set') as string });
    expect(await project.database.query("select to_regnamespace('pawl') as ledger")).toEqual([{ ledger: null }]);
    // Also where the log of the SDK's core is open already.
    for (const own of [['worker'], ['worker', '--log-format', 'json'], ['deploy', '--with-worker']])
      expect((await project.pawl(...own)).code).toBe(2);
    await open({ stages: '      - migrate: migrations\n      - approve: { name: dba }\n' });
    expect((await project.pawl('deploy', '--direct', '--by', 'ann')).code).toBe(0);
    expect(
      await project.database.query(
        "select by, reason, detail ->> 'role' as role from pawl.events where kind = 'operator.approve'",
      ),
    ).toEqual([
      {
        by: 'ann',
        reason: expect.stringMatching(/nobody was asked.*"dba".*--direct/) as string,
        role: expect.any(String) as string,
      },
    ]);
  });

  it('lock break takes the target away from a deploy that is gone', async () => {
    await deployed();
    expect((await project.pawl('lock', 'status')).stdout).toContain('is free');
    await project.database.query(
      "update pawl.lease set deploy_id = 'lost', owner = 'temporal/elsewhere/deploy', released_at = null",
    );
    const busy = await project.pawl('deploy', '--direct', '--if-busy', 'fail');
    expect(busy).toMatchObject({ code: 6, stderr: expect.stringContaining('by temporal/elsewhere/deploy') as string });
    const broken = await project.pawl('lock', 'break', '--reason', 'that namespace is gone');
    expect(broken.stdout).toMatch(/leased to temporal\/elsewhere\/deploy[^]*That is over/);
    expect((await project.pawl('deploy', '--direct')).code).toBe(0);
  });
});
