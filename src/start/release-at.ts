import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { readRelease, type TargetRelease } from '../config/release.js';
import type { ResolvedTarget } from '../config/resolve.js';
import { directoriesOf, recordedFiles } from '../config/schema.js';
import { exportTree, git } from './git.js';

/** Where the files are. */
export interface Checkout {
  /** Top of the repository. */
  readonly top: string;
  /** Of the configuration in it, `''` or with a slash at its end. */
  readonly prefix: string;
}

/** The release that a commit holds, read by the configuration of today. A directory that is not there yet is empty. */
export async function releaseAt(resolved: ResolvedTarget, { top, prefix }: Checkout, commit: string): Promise<TargetRelease> {
  const directories = resolved.target.stages.flatMap((stage) => {
    if ('assert' in stage) return [stage.assert];
    const source = recordedFiles(stage);
    return source ? directoriesOf(source) : [];
  });
  const paths = [...new Set(directories.map((directory) => posix.join(prefix, directory)))];
  const listed = await git(top, ['ls-tree', '-d', '--name-only', commit, '--', ...paths], '');
  const there = paths.filter((path) => listed.split('\n').includes(path.replace(/\/$/, '')));
  const place = await mkdtemp(join(tmpdir(), 'pawl-base-'));
  try {
    if (there.length > 0) await exportTree(top, commit, there, place);
    for (const path of paths) await mkdir(join(place, path), { recursive: true });
    return await readRelease(resolved, join(place, prefix));
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
