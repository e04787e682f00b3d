import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';
import { verbTree } from '../../../src/cli/verb-tree.js';

/** Tests that start the command line itself. */
const tests = ['cli', 'crash', 'web', 'workflow']
  .flatMap((project) => readdirSync(join('test', project), { withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
  .join('\n');

it('every verb is run by a test', () => {
  const paths = verbTree(createProgram('', () => Promise.resolve())).map(({ path }) => path);
  const typed = (path: string): boolean => {
    const words = path.split(' ').map((word) => `'${word}'`);
    return new RegExp(`[([]\\s*${words.join(',\\s*')}[,)\\]]`).test(tests);
  };
  expect(
    paths.filter((path) => !typed(path)),
    "verbs that no test of test/cli or test/workflow types, as in pawl('ledger', 'rename', ...)",
  ).toEqual([]);
});
