import { readFileSync } from 'node:fs';

/** Whether a process runs (Linux). One that has ended and that its parent has not collected yet counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.startsWith('Z');
  } catch {
    return false;
  }
}
