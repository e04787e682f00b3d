import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** Sends a signal to a process and all that it has started, which are a group of their own. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits for the death of this process, and ends a program then. */
export interface Tie {
  /** To be given to the program, which is known by it before its number is. */
  readonly environment: Record<string, string>;
  readonly to: (pid: number) => void;
  /** Call it when the program has ended. */
  readonly undo: () => void;
}

const MARK = 'PAWL_EXECUTION';

/**
 * Heard of the number, the watcher ends the group. We may die before we can tell it, when the program runs already: then whoever
 * carries the mark is looked for, a second later, since a program takes its environment on when it is executed (Linux; elsewhere this moment
 * is left to the next attempt on this machine).
 */
const WATCH = `
if read -r pid; then cat >/dev/null; kill -s KILL -- "-$pid"; exit; fi
sleep 1
for found in $(grep -lsF "${MARK}=$1" /proc/[0-9]*/environ); do
  found=\${found#/proc/}
  kill -s KILL "\${found%/environ}"
done`;

/**
 * Ends a program when this process dies, also by SIGKILL: a small shell waits for the end of a pipe that only we hold open. Otherwise the
 * program would go on alone while another worker starts it a second time. Call it before the program is started.
 */
export function tieToUs(): Tie {
  const mark = randomUUID();
  const watcher = spawn('/bin/sh', ['-c', WATCH, 'pawl-exec', mark], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Where there is no shell, the next attempt on this machine ends what was left.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  return {
    environment: { [MARK]: mark },
    to: (pid) => void watcher.stdin.write(`${pid}\n`),
    undo: () => {
      if (watcher.pid !== undefined) signalGroup(watcher.pid, 'SIGKILL');
    },
  };
}
