import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'dist/bin');

let elsewhere: string | undefined;
afterEach(() => {
  if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
});

it.each([
  ['deploy', /\/deploy-\w+\.js$/],
  // Which changes flags when it has loaded what it needs; what is loaded after that does not fit any more.
  ['worker', /\/worker-\w+\.js$/],
])('takes what the build compiled of the files that %s loads', (command, own) => {
  elsewhere = mkdtempSync(join(tmpdir(), 'pawl-launch-'));
  const config = 'targets: { none: { database: { env: NOWHERE }, stages: [{ migrate: . }] } }';
  writeFileSync(join(elsewhere, 'pawl.config.yaml'), config);
  writeFileSync(join(elsewhere, '001_none.sql'), 'select 1;');
  // In a process of its own: V8 takes compiled code only under the flags that it was compiled under, and the test runner sets some.
  const program = `
    const { launch } = require(${JSON.stringify(join(bin, 'pawl.js'))});
    const loaded = {};
    process.argv = [process.execPath, 'pawl', '${command}'];
    process.on('exit', () => { process.exitCode = 0; console.log(JSON.stringify(loaded)); });
    launch(${JSON.stringify(join(bin, 'main.js'))}, (file, script) => { loaded[file] = script.cachedDataRejected ?? 'none'; });
    require('node:v8').setFlagsFromString = () => process.exit();
  `;
  writeFileSync(join(elsewhere, 'program.cjs'), program);
  const env = { ...process.env, TEMPORAL_ADDRESS: '127.0.0.1:1', NOWHERE: 'postgres://127.0.0.1:1/none' };
  const stdout = execFileSync(process.execPath, ['program.cjs'], { cwd: elsewhere, env, encoding: 'utf8', stdio: 'pipe' });
  const loaded = Object.entries(JSON.parse(stdout) as Record<string, boolean | 'none'>);
  expect(loaded.map(([file]) => file)).toEqual(expect.arrayContaining([expect.stringMatching(own)]));
  expect(loaded.filter(([, rejected]) => rejected !== false)).toEqual([]);
});

it('starts through a link and without compiled code, as on another version of Node', () => {
  elsewhere = mkdtempSync(join(tmpdir(), 'pawl-launch-'));
  cpSync(bin, join(elsewhere, 'dist/bin'), { recursive: true, filter: (file) => !file.includes(process.version) });
  cpSync(join(root, 'package.json'), join(elsewhere, 'package.json'));
  symlinkSync(join(elsewhere, 'dist/bin/pawl.js'), join(elsewhere, 'pawl'));
  expect(execFileSync(join(elsewhere, 'pawl'), ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
});
