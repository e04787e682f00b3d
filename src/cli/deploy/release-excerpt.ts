import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Fault } from '../../contract/deploy.js';

/**
 * The line that a fault points at, from the file on this machine: Temporal never sees SQL text.
 * @returns undefined when the fault points nowhere, or the file is not here
 */
export async function releaseExcerpt(root: string, { file, line, column }: Fault): Promise<string | undefined> {
  if (file === undefined || line === undefined) return undefined;
  const text = await readFile(resolve(root, file), 'utf8').catch(() => undefined);
  if (text === undefined || line > text.split('\n').length) return undefined;
  const { excerptAt } = await import('../../engine/files/place.js');
  return excerptAt(text, { file, line, column: column ?? 1 });
}
