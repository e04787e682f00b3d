import { EngineError } from '../engine/error.js';
import { git } from './git.js';

/** What a pipeline for a merge request says it is merged into. */
const VARIABLES = ['GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME'] as const;

/**
 * The branch that the branch which is checked out will be merged into, as far as the clone or the pipeline says: the remote's default branch,
 * else `main` or `master`.
 * @param directory in the work tree
 * @returns undefined outside of git, on that branch itself, and where no such branch is here
 */
export async function baseBranch(directory: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const ask = (...args: string[]): Promise<string | undefined> =>
    git(directory, args, '').then(
      (answer) => answer.trim(),
      (error: unknown) => {
        if (error instanceof EngineError) return undefined;
        throw error;
      },
    );
  const branch = await ask('symbolic-ref', '--quiet', '--short', 'HEAD');
  const named = VARIABLES.flatMap((name) => (environment[name] ? [`origin/${environment[name]}`] : []));
  // Detached, as a pipeline without a merge request is: nobody says what it would be merged into.
  if (branch === undefined && named.length === 0) return undefined;
  const remote = await ask('symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD');
  for (const candidate of [...named, ...(remote === undefined ? [] : [remote]), 'main', 'master']) {
    if ((await ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`)) === undefined) continue;
    return candidate.replace(/^origin\//, '') === branch ? undefined : candidate;
  }
  return undefined;
}
