import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What tells a process from a later one with the same number: its start time, opaque. Empty when there is no such
 * process, or when it has ended and nobody has collected it.
 */
export function startOf(pid: number): string {
  if (process.platform !== 'linux') return ps('lstart=', pid);
  // Fields 3 and 22 of proc_pid_stat(5); the name in field 2 may hold spaces and brackets.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

/** The words a process was started with, as one string; empty when there is no such process. */
export function commandLine(pid: number): string {
  return process.platform === 'linux' ? read(`/proc/${pid}/cmdline`) : ps('command=', pid);
}

/** Sends `signal` to the process that started at `start`, see {@link startOf}; nothing happens when it has ended. */
export function signalProcess(pid: number, start: string, signal: NodeJS.Signals): void {
  if (startOf(pid) !== start) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

// ESRCH: the process ended between open and read.
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}

function ps(column: string, pid: number): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch (error) {
    // ps answers 1 when no process has that number.
    if (error instanceof Error && 'status' in error && error.status === 1) return '';
    throw error;
  }
}
