// Runs the tests: `node scripts/test.js [arguments of vitest]`. The last line on stdout is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare-tests.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const args = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'pawl-test-report-'));
const report = join(scratch, 'report.json');

// Ctrl-C reaches vitest too, which stops its servers; we stay to count.
process.on('SIGINT', () => {});

let code = 1;
try {
  await prepare(args);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: root, stdio: 'inherit' });
  process.on('SIGTERM', (signal) => child.kill(signal));
  [code] = await once(child, 'close');
} catch (error) {
  console.error(error.message);
  if (error.next) console.error(error.next);
}
const { passed, failed, skipped } = count(code);
rmSync(scratch, { recursive: true, force: true });
if (skipped > 0) console.error(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = code === 0 && failed === 0 && passed > 0 ? 0 : code || 1;

/** A file that could not be loaded counts as one failure, and so does a run that failed outside of every test. */
function count(exitCode) {
  const broken = exitCode === 0 ? 0 : 1;
  if (!existsSync(report)) return { passed: 0, failed: broken, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return {
    passed: numPassedTests,
    failed: Math.max(numFailedTests + unloaded, broken),
    skipped: numPendingTests + numTodoTests,
  };
}
