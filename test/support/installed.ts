import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

/**
 * Installs the packed file of this build into a project as npm would, with the packages that it declares and no other: links to those that
 * are here.
 * @param options.omit names that are left out
 * @returns the packages that came along, by name
 */
export async function installPacked(
  project: string,
  { omit = [] }: { readonly omit?: readonly string[] } = {},
): Promise<string[]> {
  const modules = join(project, 'node_modules');
  await mkdir(modules, { recursive: true });
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', modules], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(modules, packed.filename), '-C', modules]);
  await rename(join(modules, 'package'), join(modules, 'pawl'));
  const { dependencies, optionalDependencies } = manifest(join(modules, 'pawl'));
  const names = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !omit.includes(name));
  for (const name of names) {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    // What a package needs itself is found where the link leads.
    await symlink(join(ROOT, 'node_modules', name), link);
  }
  return names;
}

function manifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}
