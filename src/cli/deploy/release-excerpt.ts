import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readRelease } from '../../config/release.js';
import type { DeployStatus } from '../../contract/deploy.js';
import type { OpenedTarget } from '../open-target.js';

/**
 * The line that a fault points at, from the file on this machine: Temporal never sees SQL text.
 * @returns undefined when the fault points nowhere, or what is here is not the release that failed: the line would be another one
 */
export async function releaseExcerpt(opened: OpenedTarget, { fault, release }: DeployStatus): Promise<string | undefined> {
  const { file, line, column = 1 } = fault ?? {};
  if (file === undefined || line === undefined) return undefined;
  const { root } = opened.loaded;
  const here = await readRelease(opened, root).then(
    ({ digest }) => digest,
    // Files that cannot be read are not those that were deployed.
    () => undefined,
  );
  if (here !== release.digest) return undefined;
  const text = await readFile(resolve(root, file), 'utf8').catch(() => undefined);
  if (text === undefined || line > text.split('\n').length) return undefined;
  const { excerptAt } = await import('../../engine/files/place.js');
  return excerptAt(text, { file, line, column });
}
