import type { TargetRelease } from '../config/release.js';
import type { DeployInput } from '../contract/deploy.js';

export interface InputOptions {
  readonly label: string;
  readonly by: string;
  readonly onFailure?: 'block' | 'abort' | undefined;
}

/** What the workflow of a deploy is started with. */
export function deployInput(
  target: string,
  { digest, stages }: Pick<TargetRelease, 'digest' | 'stages'>,
  { label, by, onFailure = 'block' }: InputOptions,
): DeployInput {
  return { target, release: { digest, label }, stages, by, onFailure };
}
