import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';

let project: DeployProject;
afterEach(() => project?.remove());

interface Event {
  readonly event: string;
  readonly text?: string;
  readonly state?: string;
  readonly exit?: number;
  readonly fault?: { readonly version?: string };
}

it('deploy --follow --json tells each thing that happens as a line, status --watch shows it to its end', async () => {
  project = await createDeployProject({
    files: { 'migrations/001_a.sql': 'create table a (id int);', 'migrations/002_b.sql': 'insert into wanted values (1);' },
  });
  const { pawl, spawn, target } = project;
  await project.startWorker();
  const { code, stdout } = await pawl('deploy', '--follow', '--json');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  expect(code).toBe(3);
  expect(events.filter(({ event }) => event === 'step').map(({ text }) => text?.split(' ').slice(0, 2).join(' '))).toEqual([
    'the database',
    '2 pending',
    'applied 001_a.sql',
    'blocked: migrations/002_b.sql:1:13:',
  ]);
  expect(events.find(({ state }) => state === 'blocked')?.fault?.version).toBe('2');
  expect(events.at(-1)).toMatchObject({ event: 'end', outcome: 'blocked', exit: 3 });

  const watching = spawn('status', target, '--watch');
  await watching.waitForOutput(/pawl retry/);
  expect((await pawl('cancel', target)).code).toBe(0);
  expect((await watching.exited).stderr).toMatch(/has ended: cancelled/);

  await writeFile(join(project.directory, 'completion.bash'), (await pawl('completion', 'bash')).stdout);
  const ask = `. ./completion.bash; COMP_WORDS=(pawl deploy --if-busy ""); COMP_CWORD=3; _pawl; echo "\${COMPREPLY[@]}"; COMP_WORDS=(pawl ledger r); COMP_CWORD=2; _pawl; echo "\${COMPREPLY[@]}"`;
  expect(spawnSync('bash', ['-c', ask], { cwd: project.directory, encoding: 'utf8' }).stdout).toBe('wait fail\nrename\n');
  expect((await pawl('completion', 'targets')).stdout).toBe(`${target}\n`);
  expect((await pawl('completion', 'versions', target)).stdout.split('\n')[0]).toBe('1');
});
