import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EngineError } from '../engine/error.js';

/** An ordinary account of the system. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that PostgreSQL, which refuses to run as root, runs under when we are root: `postgres`, or `pawl`, which is made
 * when neither exists. Undefined when we are not root: then it runs as ourselves.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = lookUp('postgres') ?? lookUp('pawl');
  if (account !== undefined) return account;
  // Busybox, so Alpine, knows adduser only.
  const made =
    succeeds('useradd', ['--system', '--no-create-home', '--user-group', 'pawl']) ||
    succeeds('adduser', ['-S', '-D', '-H', 'pawl']);
  const pawl = made ? lookUp('pawl') : undefined;
  if (pawl !== undefined) return pawl;
  throw new EngineError(
    'POSTGRES_UNAVAILABLE',
    'refused',
    'PostgreSQL refuses to run as root and no account could be made for it',
    {
      next: 'Make an account with `useradd --system postgres`, or run pawl as a user that is not root.',
    },
  );
}

/**
 * `directory`, made when missing, as the account can reach it: when it cannot (a checkout under /root), a folder of the
 * checkout's own under the system's temporary directory. Links are resolved, so that two callers get one spelling.
 */
export function reachableDirectory(directory: string, account: Account | undefined): string {
  mkdirSync(directory, { recursive: true });
  const wanted = realpathSync(directory);
  if (account === undefined || canEnter(wanted, account)) return wanted;
  const fallback = privateTemporary(createHash('sha256').update(wanted).digest('hex').slice(0, 16));
  if (canEnter(fallback, account)) return fallback;
  throw new EngineError(
    'POSTGRES_UNAVAILABLE',
    'refused',
    `PostgreSQL cannot run as root, and its account (uid ${account.uid}) can enter neither ${resolve(directory)} nor ${fallback}`,
    {
      next: 'Move the checkout out of the private directory, point TMPDIR to one that all may enter, or do not run pawl as root.',
    },
  );
}

/** A folder of ours in the temporary directory that others may enter but not list or change. */
export function privateTemporary(name: string): string {
  const path = join(realpathSync(tmpdir()), `pawl-${name}`);
  mkdirSync(path, { recursive: true });
  const { uid } = lstatSync(path);
  // Anyone may make a folder there before we do.
  if (uid !== process.getuid?.() || !lstatSync(path).isDirectory()) {
    throw new EngineError('POSTGRES_UNAVAILABLE', 'refused', `${path} belongs to another user (uid ${uid})`, {
      next: `Remove ${path}, or point TMPDIR to another directory.`,
    });
  }
  chmodSync(path, 0o711);
  return path;
}

function canEnter(directory: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

function lookUp(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : undefined;
  });
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function succeeds(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
