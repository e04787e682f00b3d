// Compiles src/ to dist/, and bundles the command line, what programs import, and the workflow: they start fast, and install without what they are built with.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleCli, bundleLibrary } from './bundle.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
const joined = [
  ...(await bundleCli(`${root}dist`)),
  ...(await bundleLibrary(`${root}dist`)),
  'node_modules/@temporalio/workflow',
];
// For NOTICE, which has their licences.
writeFileSync(`${root}dist/joined.json`, JSON.stringify([...new Set(joined)].sort(), null, 1));

if (existsSync(`${root}dist/workflows/index.js`)) {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({
    workflowsPath: `${root}dist/workflows/index.js`,
    failureConverterPath: `${root}dist/workflows/failure-converter.js`,
    logger: quiet,
    // Lines are what a stack trace in the Web UI needs; each worker reads the whole map before its first deploy.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-cheap-module-source-map' }),
  });
  writeFileSync(`${root}dist/workflow-bundle.js`, code);
}
