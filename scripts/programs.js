// Versions of Node and other programs that npm packages bring, kept in the user's cache.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export const NODE = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' };
export const PLATFORM = `${process.platform}-${process.arch}`;

// Root starts PostgreSQL as another account, which cannot read root's home.
const cache =
  process.getuid?.() === 0
    ? join(tmpdir(), 'pawl-matrix')
    : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pawl', 'matrix');

/** The program of a major version of Node. */
export function nodeProgram(major) {
  return join(bring(`node-${PLATFORM}`, NODE[major]), 'bin/node');
}

/** The folder of an npm package, which is installed once. */
export function bring(name, version) {
  const directory = join(cache, `${name}-${version}`.replace('/', '-'));
  const path = join(directory, 'node_modules', name);
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], {
    cwd: directory,
    stdio: 'inherit',
  });
  return path;
}
