import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateTemporary } from '../embedded/postgres-account.js';
import { startOf } from '../embedded/process-table.js';
import { signalGroup } from './group.js';

/** Where the process of an execution is noted, so that a second attempt on this machine finds that of the first. */
export interface Trace {
  /** Ends what an earlier attempt left running. */
  endLeftover(): void;
  note(pid: number): void;
  /** Forgets a process; a later attempt's note stays. */
  forget(pid: number): void;
}

/** @param id names the execution: the same for each attempt of it */
export function traceOf(id: string): Trace {
  const file = join(privateTemporary(`exec-${process.getuid?.() ?? 'windows'}`), `${id}.pid`);
  const read = (): { pid: number; start: string } | undefined => {
    try {
      const [pid = '', start = ''] = readOwn(file).split(' ');
      // 1 would be everybody, 0 our own group.
      return Number(pid) > 1 ? { pid: Number(pid), start } : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  return {
    endLeftover() {
      const noted = read();
      // After a restart of the machine the number may belong to somebody else.
      if (noted && noted.start !== '' && startOf(noted.pid) === noted.start) signalGroup(noted.pid, 'SIGKILL');
      rmSync(file, { force: true });
    },
    note(pid) {
      rmSync(file, { force: true });
      // Fails where something stands there again, a link too.
      writeFileSync(file, `${pid} ${startOf(pid)}`, { flag: 'wx', mode: 0o600 });
    },
    forget(pid) {
      if (read()?.pid === pid) rmSync(file, { force: true });
    },
  };
}

/** What a file of ours says: a link is not followed, and what another user wrote decides nothing. */
function readOwn(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const owner = fstatSync(descriptor).uid;
    return owner === (process.getuid?.() ?? owner) ? readFileSync(descriptor, 'utf8') : '';
  } finally {
    closeSync(descriptor);
  }
}
