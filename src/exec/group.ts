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

/**
 * Ends a group when this process dies, also by SIGKILL: a small shell waits for the end of a pipe that only we hold open. Otherwise the
 * program would go on alone while another worker starts it a second time.
 * @returns ends the watch; call it when the program has ended
 */
export function tieToUs(pid: number): () => void {
  const script = 'cat >/dev/null; kill -s KILL -- "-$1"';
  const watcher = spawn('/bin/sh', ['-c', script, 'pawl-exec', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Where there is no shell, the next attempt on this machine ends what was left.
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  return () => {
    if (watcher.pid !== undefined) signalGroup(watcher.pid, 'SIGKILL');
  };
}
