import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../engine/error.js';

/** Runs git in a directory. @returns what it printed, without the end of the line @throws EngineError `START_STATE` */
export async function git(directory: string, args: readonly string[], next: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', [...args], { cwd: directory, maxBuffer: 2 ** 28 });
    return stdout.replace(/\n$/, '');
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) || (error as Error).message;
    throw new EngineError('START_STATE', 'refused', `git ${args[0]!} failed: ${said}`, { next, cause: error });
  }
}

/** Writes paths of a commit into an empty directory, as they lie in the repository. @throws EngineError `START_STATE` */
export async function exportTree(top: string, commit: string, paths: readonly string[], into: string): Promise<void> {
  const archive = join(into, '.pawl-base.tar');
  await git(top, ['archive', '--format=tar', `--output=${archive}`, commit, '--', ...paths], '');
  await promisify(execFile)('tar', ['-x', '-f', archive, '-C', into]);
  await rm(archive);
}
