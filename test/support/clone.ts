import { execFileSync } from 'node:child_process';

/** Runs git in a directory, as somebody. */
export function gitIn(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
    cwd: directory,
    encoding: 'utf8',
  });
}

/** Commits all that is in a directory. */
export function commitIn(directory: string): void {
  gitIn(directory, 'add', '.');
  gitIn(directory, 'commit', '--quiet', '--message=x');
}

/** Makes a clone of a directory: what is in it is the branch `main`, here and at `origin`, and a branch `feature` is at work. */
export function makeClone(directory: string): void {
  gitIn(directory, 'init', '--quiet', '--initial-branch=main');
  commitIn(directory);
  gitIn(directory, 'update-ref', 'refs/remotes/origin/main', 'main');
  gitIn(directory, 'switch', '--quiet', '--create', 'feature');
}
