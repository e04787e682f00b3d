import type { TargetRelease } from '../config/release.js';
import type { DatabaseIdentity, DeployInput } from '../contract/deploy.js';
import type { DeployName } from '../contract/names.js';

export interface InputOptions {
  readonly label: string;
  readonly by: string;
  readonly to?: string | undefined;
  readonly onFailure?: 'block' | 'abort' | undefined;
  /** See `expectedDatabase`. */
  readonly expects?: DatabaseIdentity | undefined;
}

/** What the workflow of a deploy is started with. */
export function deployInput(
  { target, environment }: DeployName,
  { digest, stages }: Pick<TargetRelease, 'digest' | 'stages'>,
  { label, by, to, onFailure = 'block', expects }: InputOptions,
): DeployInput {
  return { target, environment, release: { digest, label }, stages, by, to, onFailure, expects };
}
