import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';
import { verbTree } from '../../../src/cli/verb-tree.js';
import { completionScript } from '../../../src/cli/view/completion.js';

/** What bash offers after each of the lines; `pawl completion` itself is stood in for by what it is asked. */
async function offered(...lines: string[]): Promise<string[][]> {
  const directory = await mkdtemp(join(tmpdir(), 'pawl-completion-'));
  try {
    const program = createProgram('0.0.0', () => Promise.resolve());
    await writeFile(join(directory, 'completion.bash'), completionScript('bash', verbTree(program)));
    const ask = lines.map((line) => {
      const words = [...line.split(' ').slice(0, -1), line.split(' ').at(-1) ?? ''];
      return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _pawl; echo "\${COMPREPLY[*]}"`;
    });
    const script = [`pawl() { IFS=_; echo "<$*>"; }`, '. ./completion.bash', ...ask].join('\n');
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: directory, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').filter((word) => word.startsWith('<')));
  } finally {
    await rm(directory, { recursive: true });
  }
}

it('targets, fleets and versions are asked for where a verb or an option takes one', async () => {
  const lines = {
    'pawl deploy ': ['<completion_targets>'],
    'pawl status --json ': ['<completion_targets>'],
    'pawl lock break ': ['<completion_targets>'],
    'pawl fleet status ': ['<completion_fleets>'],
    'pawl skip ': ['<completion_targets>'],
    'pawl skip orders ': ['<completion_targets>', '<completion_versions_orders>'],
    'pawl deploy orders --to ': ['<completion_versions_orders>'],
    'pawl deploy --to ': ['<completion_versions_>'],
    'pawl deploy -': [],
    'pawl deploy --if-busy ': [],
    'pawl ': [],
    'pawl completion versions ': ['<completion_targets>'],
  };
  expect(await offered(...Object.keys(lines))).toEqual(Object.values(lines));
});
