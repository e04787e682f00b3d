import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Context } from './context.js';

const run = promisify(execFile);

/** Who pushes the button in the CI systems that say so. */
const CI_ACTORS = [
  'GITHUB_ACTOR',
  'GITLAB_USER_LOGIN',
  'BUILDKITE_BUILD_CREATOR',
  'CIRCLE_USERNAME',
  'BITBUCKET_STEP_TRIGGERER_UUID',
  'BUILD_REQUESTEDFOR',
];

/** Who acts, for the audit: as told, else the CI's actor, else the git user, else the login name. */
export async function actor(context: Context, told: string | undefined): Promise<string> {
  const { environment } = context;
  const ci = CI_ACTORS.map((name) => environment[name]).find(Boolean);
  return told ?? ci ?? (await git(context, 'config', 'user.email')) ?? environment.USER ?? environment.LOGNAME ?? 'unknown';
}

/** What a release is called where nobody says: the commit, marked when files differ from it, or `local`. */
export async function releaseLabel(context: Context): Promise<string> {
  const commit = await git(context, 'rev-parse', '--short=12', 'HEAD');
  if (commit === undefined) return 'local';
  return (await git(context, 'status', '--porcelain')) === undefined ? commit : `${commit}+changes`;
}

/** @returns what git says, or undefined when there is no git, no repository or no answer */
async function git({ cwd }: Context, ...args: string[]): Promise<string | undefined> {
  return run('git', args, { cwd, timeout: 5_000 }).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );
}
