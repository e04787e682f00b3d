// Counts the tests that give Pawl hostile inputs, by group, and says how many of them got the answer that they have to get:
// one clear error, the right exit code, nothing changed, nothing hung.
//   npm run hostile
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { prepare } from './prepare-tests.js';

/** Of each file that has such tests, the group of a test by its full name. */
const GROUPS = [
  ['configurations', 'test/postgres/hostile.test.ts', /^configurations /],
  ['configurations', 'test/unit/config/schema-file.test.ts', /^refuses, as Pawl does: /],
  ['addresses', 'test/postgres/hostile.test.ts', /^addresses /],
  ['addresses', 'test/unit/engine/address.test.ts', /^(what is refused|a password that was not escaped)/],
  ['TLS', 'test/postgres/hostile.test.ts', /^TLS /],
  ['TLS', 'test/postgres/engine/address.test.ts', /ssl|TLS|certified|encrypted/],
  ['files', 'test/postgres/hostile.test.ts', /^files /],
  ['files', 'test/unit/files/unread.test.ts', /is refused|are refused/],
  ['SQL', 'test/postgres/hostile.test.ts', /^SQL /],
  ['SQL', 'test/unit/engine/segments.test.ts', /refuses/],
  ['values in errors', 'test/postgres/security/values.test.ts', /no value is told/],
  ['workflow inputs', 'test/unit/contract/input.test.ts', /refused/],
  ['workflow inputs', 'test/workflow/malformed.test.ts', /^an input /],
  ['updates', 'test/workflow/malformed.test.ts', / an update /],
  ['signals and queries', 'test/workflow/malformed.test.ts', / (a signal|a query) /],
  ['signals and queries', 'test/unit/contract/bounded.test.ts', /^news from anywhere|^5 MB /],
  ['names in reports', 'test/unit/cli/hostile-text.test.ts', / is text /],
  ['ledgers of others', 'test/postgres/security/evil-ledger.test.ts', /^as long as there is /],
];

const folder = mkdtempSync(join(tmpdir(), 'pawl-hostile-'));
const report = join(folder, 'report.json');
const files = [...new Set(GROUPS.map(([, file]) => file))];
await prepare(files);
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--reporter=json', `--outputFile.json=${report}`, ...files], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
rmSync(folder, { recursive: true });

const scores = new Map(GROUPS.map(([group]) => [group, { good: 0, all: 0, bad: [] }]));
for (const { name, assertionResults } of testResults) {
  const file = relative(process.cwd(), name);
  for (const { fullName, status: outcome } of assertionResults) {
    const group = GROUPS.find(([, of, pattern]) => of === file && pattern.test(fullName))?.[0];
    if (group === undefined) continue;
    const score = scores.get(group);
    score.all += 1;
    if (outcome === 'passed') score.good += 1;
    else score.bad.push(fullName);
  }
}
const rows = [...scores].map(([group, { good, all }]) => [group, good, all]);
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
for (const [group, good, all] of [...rows, ['all', sum(1), sum(2)]])
  console.log(`${group.padEnd(22)}${String(good).padStart(5)} of ${String(all).padStart(4)}`);
for (const { bad } of scores.values()) for (const each of bad) console.log(`✗ ${each}`);
process.exitCode = status === 0 && sum(1) === sum(2) && rows.every(([, , all]) => all > 0) ? 0 : 1;
