// Packs this build, installs it into an empty project as a user does, and compares what came with what was tested: `npm run installed`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const MOST_PACKAGES = 120;
const MOST_MEGABYTES = 240;
/** Only types, which nothing runs. */
const TYPES = /^(@types\/.*|undici-types)$/;

const project = mkdtempSync(join(tmpdir(), 'pawl-installed-'));
const run = (cwd, ...args) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [{ filename }] = JSON.parse(run(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', project));
  writeFileSync(join(project, 'package.json'), '{}');
  run(project, 'install', '--ignore-scripts', '--no-audit', '--no-fund', join(project, filename));
  const tested = versions(root);
  const here = [...versions(project)].filter(([name]) => name !== 'pawl');
  const other = here.flatMap(([name, found]) =>
    [...found].filter((version) => !tested.get(name)?.has(version)).map((version) => ({ name, version })),
  );
  const megabytes = Number(/^\d+/.exec(execFileSync('du', ['-sm', join(project, 'node_modules')], { encoding: 'utf8' }))[0]);
  console.log(`${here.length} packages, ${megabytes} MB; in another version than tested: ${other.length}`);
  for (const { name, version } of other)
    console.log(`  ${name} ${version} (tested: ${[...(tested.get(name) ?? ['none'])].join(', ')})`);
  const runs = other.filter(({ name }) => !TYPES.test(name));
  if (runs.length > 0 || here.length > MOST_PACKAGES || megabytes > MOST_MEGABYTES) process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}

/** Names to the versions that a lock file has. */
function versions(directory) {
  const { packages } = JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8'));
  const found = new Map();
  for (const [path, { version }] of Object.entries(packages)) {
    const name = path.replace(/^.*node_modules\//, '');
    if (name !== '') found.set(name, (found.get(name) ?? new Set()).add(version));
  }
  return found;
}
