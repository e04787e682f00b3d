import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { postgresAccount } from '../src/embedded/postgres-account.js';
import { temporaryDirectory } from '../test/support/directory.js';

export interface SmallDisk {
  /** Belongs to PostgreSQL's account. */
  readonly directory: string;
  readonly remove: () => Promise<void>;
}

/** A disk of some megabytes, for a tablespace that fills up. @returns why there is none, where it may not be mounted */
export function mountSmallDisk(megabytes: number): SmallDisk | string {
  const place = temporaryDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place.directory], { stdio: 'pipe' });
  } catch (error) {
    return `a tmpfs cannot be mounted here: ${(error as Error).message.split('\n').at(-1)}`;
  }
  const account = postgresAccount();
  if (account) chownSync(place.directory, account.uid, account.gid);
  return {
    directory: place.directory,
    async remove() {
      execFileSync('umount', ['--lazy', place.directory]);
      await place.remove();
    },
  };
}
