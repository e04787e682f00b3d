import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, it } from 'vitest';

/** What is started, imported by programs, or bundled: nothing of ours imports these. */
const BEGINNINGS = [
  ...['index', 'client', 'await', 'embed-worker', 'testing/index', 'cli/bin'].map((name) => `src/${name}.ts`),
  ...['index', 'failure-converter'].map((name) => `src/workflows/${name}.ts`),
];

/** Where the files of a folder are listed: what stands in no list does nothing, and no error says so. */
const LISTS: Readonly<Record<string, string>> = {
  'src/check/rules': 'src/check/rules/rules.ts',
  'src/engine/legacy': 'src/engine/legacy/tools.ts',
  'src/engine/files/formats': 'src/engine/files/formats.ts',
  'src/engine/apply/online': 'src/engine/apply/online/classify.ts',
  'src/cli/commands': 'src/cli/program.ts, or a file of src/cli/verbs that it calls',
  'src/cli/verbs': 'src/cli/program.ts',
  'src/signal': 'src/signal/tell.ts',
};

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.c?ts$/.test(file) && !file.endsWith('.d.ts'))
  .map((file) => posix.join('src', file.replaceAll('\\', '/')));

it('every file of src is imported by another one', () => {
  const imported = new Set(
    sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport\(|\bimport|\bURL\()\s*'(\.[^']+)'/g)].map(([, path]) =>
        join(dirname(file), path!).replace(/js$/, 'ts'),
      ),
    ),
  );
  const forgotten = sources.filter((file) => !imported.has(file) && !BEGINNINGS.includes(file));
  const advice = forgotten.map((file) => {
    const list = LISTS[posix.dirname(file)];
    return list === undefined ? `${file}: use it, or take it out` : `${file}: put it into ${list}`;
  });
  expect(advice, 'files that nothing imports').toEqual([]);
});

it('every folder that is listed is there', () => {
  for (const folder of Object.keys(LISTS)) expect(sources.map((file) => posix.dirname(file))).toContain(folder);
});
