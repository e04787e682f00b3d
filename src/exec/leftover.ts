import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const file = join(tmpdir(), `pawl-exec-${id}.pid`);
  const read = (): { pid: number; start: string } | undefined => {
    try {
      const [pid = '', start = ''] = readFileSync(file, 'utf8').split(' ');
      return { pid: Number(pid), start };
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
    note: (pid) => writeFileSync(file, `${pid} ${startOf(pid)}`),
    forget(pid) {
      if (read()?.pid === pid) rmSync(file, { force: true });
    },
  };
}
