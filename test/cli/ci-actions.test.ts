import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { makeClone } from '../support/clone.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

interface Step {
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly (Step & { readonly id?: string })[] };
}

const NPX = `#!/bin/sh\nshift\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/bin/pawl.js'))} "$@"\n`;

let project: DeployProject;
afterEach(() => project.remove());

async function open(migration: string): Promise<void> {
  project = await createDeployProject({ files: { 'migrations/1_orders.sql': migration, 'bin/npx': NPX } });
  chmodSync(join(project.directory, 'bin/npx'), 0o755);
}

function run(script: string, env: Record<string, string>) {
  const path = [join(project.directory, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  const files = { GITHUB_OUTPUT: join(project.directory, 'output'), GITHUB_STEP_SUMMARY: join(project.directory, 'summary.md') };
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
    cwd: project.directory,
    encoding: 'utf8',
    env: { ...process.env, ...project.env, ...files, PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'), ...env, PATH: path },
  });
  const output = Object.fromEntries(
    readFileSync(files.GITHUB_OUTPUT, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
  );
  return { status, stdout, stderr, output, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') };
}

/** Runs a step of a composite action with these inputs, as the runner would put them in. */
function runStep({ run: script, env = {} }: Step, { inputs }: Action, given: Record<string, string>) {
  for (const file of ['output', 'summary.md']) writeFileSync(join(project.directory, file), '');
  const value = (name: string): string => given[name] ?? inputs[name]!.default;
  const filled = Object.entries(env).map(([name, text]) => [
    name,
    text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => value(input)),
  ]);
  return run(script!, Object.fromEntries(filled) as Record<string, string>);
}

const action = (name: string): Action => parse(readFileSync(`deploy/github/${name}/action.yml`, 'utf8')) as Action;

describe('the action deploy', () => {
  it('deploys with a worker of its own, says so in the summary, and when it is run again retries a blocked deploy', async () => {
    await open('create unique index on items (code);');
    await project.database.query(`create table items (code text); insert into items values ('x'), ('x')`);
    const deploy = action('deploy');
    const [step] = deploy.runs.steps;
    const given = { 'with-worker': 'true', release: 'abc123', target: project.target };
    const blocked = runStep(step!, deploy, given);
    expect(blocked).toMatchObject({ status: 3, output: { outcome: 'blocked', 'exit-code': '3' } });
    expect(blocked.summary).toMatch(/^### t-\w+: blocked\n\nmigrations\/1_orders\.sql[^]*retry/);
    await project.database.query('delete from items where ctid = (select min(ctid) from items)');
    const done = runStep(step!, deploy, given);
    expect(done).toMatchObject({ status: 0, output: { outcome: 'done', 'exit-code': '0' } });
    expect(done.output['url']).toContain('/workflows/');
    expect(Object.keys(deploy.outputs).sort()).toEqual(Object.keys(done.output).sort());
  });

  it('says what is missing where there is no worker', async () => {
    await open('create table orders (id int);');
    const deploy = action('deploy');
    const refused = runStep(deploy.runs.steps[0]!, deploy, { 'wait-worker': '1s', release: 'abc123' });
    expect(refused).toMatchObject({ status: 4, output: { outcome: 'failed', 'exit-code': '4' } });
    expect(refused.summary).toMatch(/no worker holding release[^]*Roll out the worker/);
  });
});

it('the action check reports first and fails last', async () => {
  await open('create table orders (id bigint primary key, code text);');
  makeClone(project.directory);
  writeFileSync(join(project.directory, 'migrations/2_index.sql'), 'create index orders_code on orders (code);');
  const check = action('check');
  const found = runStep(check.runs.steps[0]!, check, { base: 'origin/main' });
  expect(found).toMatchObject({ status: 0, output: { 'exit-code': '7' } });
  expect(found.summary).toContain('IX001');
  for (const file of ['check.sarif', 'check.html'])
    expect(readFileSync(join(project.directory, file), 'utf8')).toContain('IX001');
  const last = check.runs.steps.at(-1)!;
  expect(last.if).toBeUndefined();
  expect(run(last.run!, { CODE: found.output['exit-code']! }).status).toBe(7);
});

describe('the components for GitLab', () => {
  /** With the defaults of its inputs put in. */
  function component(name: string): Record<string, { readonly script: readonly string[] }> {
    const text = readFileSync(`deploy/gitlab/${name}.yml`, 'utf8');
    const [spec] = parseAllDocuments(text).map(
      (document) => document.toJS() as { spec: { inputs: Record<string, { default: string }> } },
    );
    const [, body = ''] = text.split(/^---$/m);
    return parse(
      body.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, input: string) => spec!.spec.inputs[input]!.default),
    ) as ReturnType<typeof component>;
  }

  it('check finds what the branch adds; deploy waits for its worker', async () => {
    await open('create table orders (id bigint primary key, code text);');
    makeClone(project.directory);
    writeFileSync(join(project.directory, 'migrations/2_index.sql'), 'create index orders_code on orders (code);');
    for (const file of ['output', 'summary.md']) writeFileSync(join(project.directory, file), 'a=b');
    const found = run(component('check')['pawl-check']!.script.join('\n'), {
      TARGET: '',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    });
    expect(found.status).toBe(7);
    expect(found.stdout).toMatch(/IX001/);
    const script = component('deploy')['pawl-deploy']!.script.join('\n').replace('10m', '1s');
    const refused = run(script, { TARGET: project.target, CI_COMMIT_SHORT_SHA: 'abc' });
    expect(refused.status).toBe(4);
    expect(refused.stderr).toMatch(/no worker holding release[^]*within 1 s/);
  });
});
