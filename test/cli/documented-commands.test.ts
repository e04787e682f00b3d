import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { makeClone } from '../support/clone.js';

const PAWL = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/bin/pawl.js'))} "$@"\n`;
const ORDERS = 'create table orders (id bigint primary key, code text);';
const TRACKER =
  'create table schema_migrations (version bigint primary key, dirty boolean not null); insert into schema_migrations values (1, false);';

let project: DeployProject | undefined;
afterEach(() => project?.remove());

/** The lines of a page's shell blocks that begin with pawl, as they stand. */
function commandsOf(page: string): string[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^ *```sh\n([^]*?)^ *```/gm)].map(([, block]) => block!);
  return blocks.flatMap((block) => block.split('\n').filter((line) => /^ *pawl /.test(line) && !line.includes('$version')));
}

/** What the pages take for granted: a target in a clone with a main branch, its worker, a copy of the database, two services' files. */
async function open(settings = ''): Promise<DeployProject> {
  const opened = await createDeployProject({
    settings,
    files: {
      'migrations/1_orders.sql': ORDERS,
      'bin/pawl': PAWL,
      'start.sql': ORDERS,
      'server.js': '',
      'shop/migrations/1_a.sql': 'create table a (id int);',
      'billing/migrations/1_a.sql': 'create table a (id int);',
    },
  });
  const { directory } = opened;
  chmodSync(join(directory, 'bin/pawl'), 0o755);
  makeClone(directory);
  mkdirSync(join(directory, 'migrations'), { recursive: true });
  writeFileSync(join(directory, 'migrations/2_total.sql'), 'alter table orders add column total int;');
  return opened;
}

/** Types a line as it is written, but for the name of the target, which other tests share a server with. @returns exit code and all output */
function type(line: string, { directory, target, env, database }: DeployProject): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line.replaceAll(/\borders\b/g, target)], {
    cwd: directory,
    encoding: 'utf8',
    env: {
      ...process.env,
      ...env,
      PATH: [join(directory, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
      PAWL_SCRATCH_DATABASE_URL: inject('postgresUrl'),
      GIT_COMMIT: 'abc1234',
      PRODUCTION: database.url,
      PRODUCTION_URL: database.url,
    },
  });
  return { code: status, output: `${line}\n${stdout}${stderr}` };
}

/** What people are told to type does what it should; 7 is "found something", which is for check and diff to say. */
describe('every command of a page, one after the other', () => {
  it.each(['README.md', 'docs/ci.md', 'docs/checking.md', 'docs/diff.md'])(
    '%s',
    async (page) => {
      project = await open();
      await project.startWorker();
      if (page !== 'docs/ci.md') expect((await project.pawl('deploy')).code).toBe(0);
      const commands = commandsOf(page);
      expect(commands.length).toBeGreaterThan(2);
      for (const line of commands) {
        const { code, output } = type(line, project);
        expect(/pawl (check|diff)/.test(line) ? [0, 7] : [0], output).toContain(code);
        expect(output).not.toMatch(/error:|USAGE/);
      }
      // A page has up to ten commands, of which each may start a server.
    },
    300_000,
  );

  it('docs/coming-from.md', async () => {
    project = await open('    adopt: { from: golang-migrate }\n');
    await project.database.query(`${ORDERS} ${TRACKER}`);
    await project.startWorker();
    const commands = commandsOf('docs/coming-from.md');
    expect(commands.length).toBeGreaterThan(2);
    for (const line of commands) {
      const { code, output } = type(line, project);
      expect(code, output).toBe(0);
    }
    expect(await project.database.query("select to_regclass('schema_migrations') as tracker")).toEqual([{ tracker: null }]);
  });
});
