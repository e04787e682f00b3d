import { spawn } from 'node:child_process';

/** Sends a signal to a process and all that it has started, which are a group of their own. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits for the death of this process, and ends a group then. */
export interface Tie {
  readonly to: (pid: number) => void;
  /** Call it when the program has ended. */
  readonly undo: () => void;
}

/**
 * Ends a group when this process dies, also by SIGKILL: a small shell waits for the end of a pipe that only we hold open. Otherwise the
 * program would go on alone while another worker starts it a second time. Start it before the program, which then is never without it for
 * longer than it takes to say its number.
 */
export function tieToUs(): Tie {
  const script = 'read -r pid || exit 0; cat >/dev/null; kill -s KILL -- "-$pid"';
  const watcher = spawn('/bin/sh', ['-c', script, 'pawl-exec'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Where there is no shell, the next attempt on this machine ends what was left.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  return {
    to: (pid) => void watcher.stdin.write(`${pid}\n`),
    undo: () => {
      if (watcher.pid !== undefined) signalGroup(watcher.pid, 'SIGKILL');
    },
  };
}
