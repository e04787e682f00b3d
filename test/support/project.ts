import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from './directory.js';

/**
 * Writes a project such as a user has, into a new directory.
 * @param files text by path, such as `{ 'pawl.config.yaml': '…', 'migrations/1_a.sql': '…' }`
 */
export async function writeProject(
  files: Readonly<Record<string, string | Buffer>>,
): Promise<{ readonly directory: string; readonly remove: () => Promise<void> }> {
  const project = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project.directory, path)), { recursive: true });
    await writeFile(join(project.directory, path), text);
  }
  return project;
}
