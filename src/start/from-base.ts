import type { TargetRelease } from '../config/release.js';
import type { ResolvedTarget } from '../config/resolve.js';
import { git } from './git.js';
import { mergeRelease } from './merge-release.js';
import { releaseAt } from './release-at.js';
import type { Start } from './start.js';

/** A start state, and the release that is checked on it. */
export interface BaseStart {
  readonly start: Start;
  /** What is deployed after a merge. */
  readonly release: TargetRelease;
}

const FETCH =
  'Name a branch or commit that is in this clone. A shallow clone has too little: git fetch --unshallow, in GitHub Actions fetch-depth: 0, in GitLab CI GIT_DEPTH: 0.';

/**
 * The files of a base branch as start state, so that what a branch adds is judged as one deploy on top of them.
 * @param root folder of the configuration
 * @param replay deploys a release to a throwaway database
 * @throws EngineError `START_STATE`
 */
export async function startFromBase(
  resolved: ResolvedTarget,
  { root, ref, ours }: { readonly root: string; readonly ref: string; readonly ours: TargetRelease },
  replay: (url: string, release: TargetRelease) => Promise<void>,
): Promise<BaseStart> {
  const tip = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], FETCH);
  const forked = await git(root, ['merge-base', 'HEAD', tip], FETCH);
  const [top = root, prefix = ''] = (await git(root, ['rev-parse', '--show-toplevel', '--show-prefix'], FETCH)).split('\n');
  const base = await releaseAt(resolved, { top, prefix }, tip);
  const [fault] = base.faults;
  if (fault) throw fault;
  const fork = forked === tip ? base : await releaseAt(resolved, { top, prefix }, forked);
  const { release, collisions } = mergeRelease({ ours, base, fork, name: ref });
  return {
    release,
    start: {
      name: `the files of ${ref}`,
      roles: [],
      rows: true,
      runsFiles: true,
      async prepare(url) {
        await replay(url, base);
        return collisions;
      },
    },
  };
}
