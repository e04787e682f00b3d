import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterEach, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { makeClone } from '../support/clone.js';
import { writeProject } from '../support/project.js';

/** What the recipes' steps take for granted: npx, whose pawl is the one that was built. */
const NPX = `#!/bin/sh\nshift\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/bin/pawl.js'))} "$@"\n`;

let project: Awaited<ReturnType<typeof writeProject>> | undefined;
afterEach(() => project?.remove());

/** A clone whose branch adds a dangerous migration to what `main` has. */
async function clone(): Promise<string> {
  project = await writeProject({
    'pawl.config.yaml': 'targets: { shop: { database: { env: SHOP }, stages: [{ migrate: migrations }] } }',
    'migrations/1_orders.sql': 'create table orders (id bigint primary key, code text);',
    'bin/npx': NPX,
  });
  const { directory } = project;
  chmodSync(join(directory, 'bin/npx'), 0o755);
  makeClone(directory);
  writeFileSync(join(directory, 'migrations/2_index.sql'), 'create index orders_code on orders (code);');
  return directory;
}

function run(directory: string, command: string, env: Record<string, string>) {
  const path = [join(directory, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  return spawnSync('sh', ['-c', command], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'), ...env, PATH: path },
  });
}

it('GitHub Actions: the step finds what the branch adds and leaves the files that later steps take', async () => {
  const workflow = parse(readFileSync('examples/ci/github-actions.yml', 'utf8')) as {
    jobs: { check: { steps: { run?: string; uses?: string; with?: Record<string, unknown> }[] } };
  };
  const { steps } = workflow.jobs.check;
  const step = steps.find(({ run: command }) => command?.includes('pawl check'));
  const directory = await clone();
  const { status, stdout } = run(directory, step!.run!, { GITHUB_BASE_REF: 'main' });
  expect(stdout).toMatch(/IX001 line 1/);
  expect(status).toBe(7);
  for (const file of ['check.md', 'check.sarif', 'check.html']) {
    expect(steps.some((each) => JSON.stringify(each).includes(file))).toBe(true);
    expect(readFileSync(join(directory, file), 'utf8')).toContain('IX001');
  }
  expect(steps.find(({ uses }) => uses?.startsWith('actions/checkout'))!.with).toEqual({ 'fetch-depth': 0 });
});

it('GitLab CI: the script finds what the branch adds', async () => {
  const { migrations } = parse(readFileSync('examples/ci/gitlab-ci.yml', 'utf8')) as {
    migrations: { script: string[]; variables: Record<string, unknown>; artifacts: { paths: string[] } };
  };
  const directory = await clone();
  const { status, stdout } = run(directory, migrations.script.join(' && '), { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' });
  expect(stdout).toMatch(/IX001 line 1/);
  expect(status).toBe(7);
  for (const path of migrations.artifacts.paths) expect(readFileSync(join(directory, path), 'utf8')).toContain('IX001');
  expect(Object.keys(migrations.variables)).toContain('PAWL_SCRATCH_DATABASE_URL');
});

it('the pre-commit hook stops a commit of a dangerous migration, and no other', async () => {
  const directory = await clone();
  mkdirSync(join(directory, '.git/hooks'), { recursive: true });
  copyFileSync('examples/ci/pre-commit', join(directory, '.git/hooks/pre-commit'));
  const commit = 'git -c user.name=a -c user.email=a@example.org commit --quiet --message=x';
  writeFileSync(join(directory, 'notes.txt'), 'x');
  expect(run(directory, `git add notes.txt && ${commit}`, {}).status).toBe(0);
  const stopped = run(directory, `git add migrations && ${commit}`, {});
  expect(stopped.stdout + stopped.stderr).toMatch(/IX001 line 1/);
  expect(stopped.status).not.toBe(0);
});
