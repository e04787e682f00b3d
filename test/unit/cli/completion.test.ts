import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';
import { verbTree } from '../../../src/cli/verb-tree.js';
import { completionScript } from '../../../src/cli/view/completion.js';

/** What bash offers after each of the lines, by a `pawl completion` that prints what the shell command `names` does. */
async function offered(names: string, ...lines: string[]): Promise<string[][]> {
  const directory = await mkdtemp(join(tmpdir(), 'pawl-completion-'));
  try {
    const program = createProgram('0.0.0', () => Promise.resolve());
    await writeFile(join(directory, 'completion.bash'), completionScript('bash', verbTree(program)));
    const ask = lines.map((line) => {
      const words = line.split(' ').map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _pawl; printf '%s\\t' "\${COMPREPLY[@]}"; echo`;
    });
    const script = [`pawl() { ${names}; }`, '. ./completion.bash', ...ask].join('\n');
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: directory, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(await readdir(directory)).toEqual(['completion.bash']);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').filter((word) => word !== ''));
  } finally {
    await rm(directory, { recursive: true });
  }
}

it('targets, fleets and versions are asked for where a verb or an option takes one', async () => {
  const lines = {
    'pawl deploy ': ['asked:completion_targets'],
    'pawl status --json ': ['asked:completion_targets'],
    'pawl lock break ': ['asked:completion_targets'],
    'pawl fleet status ': ['asked:completion_fleets'],
    'pawl skip ': ['asked:completion_targets'],
    'pawl skip orders ': ['asked:completion_targets', 'asked:completion_versions_orders'],
    'pawl deploy orders --to ': ['asked:completion_versions_orders'],
    'pawl deploy --to ': ['asked:completion_versions_'],
    'pawl deploy -': [],
    'pawl deploy --if-busy ': [],
    'pawl ': [],
    'pawl completion versions ': ['asked:completion_targets'],
    'pawl deploy --config ': [],
    'pawl deploy --config other.yaml ': ['asked:completion_targets_--config_other.yaml'],
    'pawl skip --config $(id).yaml orders ': [
      'asked:completion_targets_--config_\\$\\(id\\).yaml',
      'asked:completion_versions_orders_--config_\\$\\(id\\).yaml',
    ],
  };
  const found = await offered('IFS=_; echo "asked:$*"', ...Object.keys(lines));
  expect(found.map((words) => words.filter((word) => word.startsWith('asked:')))).toEqual(Object.values(lines));
});

it('a name is offered as it is written, and nothing in it is run', async () => {
  const names = ['0107', '$(touch run)', '`touch run`', '01 $HOME', "it's", '*'];
  const found = await offered(
    `printf '%s\\n' ${names.map((name) => `'${name.replaceAll("'", `'\\''`)}'`).join(' ')}`,
    'pawl deploy --to ',
    'pawl deploy --to 01',
  );
  expect(found).toEqual([
    ['0107', '\\$\\(touch\\ run\\)', '\\`touch\\ run\\`', '01\\ \\$HOME', "it\\'s", '\\*'],
    ['0107', '01\\ \\$HOME'],
  ]);
});
