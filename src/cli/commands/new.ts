import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readRelease } from '../../config/release.js';
import { directoriesOf } from '../../config/schema.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { nextFileNames } from '../new/next-file-name.js';
import { openTarget, type OpenedTarget } from '../open-target.js';

export interface NewSettings {
  readonly target?: string | undefined;
  /** What the migration does, in words. */
  readonly name: string;
}

/** Writes the next, empty migration file, named as its neighbours are. */
export const newCommand: Command<NewSettings> = async ({ output, ...context }, settings) => {
  const opened = await openTarget({ output, ...context }, settings.target);
  const directory = join(opened.loaded.root, firstDirectory(opened));
  await mkdir(directory, { recursive: true });
  const { migrations } = await readRelease(opened, opened.loaded.root);
  const versions = [...migrations.values()].flatMap((stage) => stage.migrations.map(({ version }) => version));
  const names = nextFileNames({ neighbours: await readdir(directory), versions, label: settings.name, now: new Date() });
  const paths = names.map((name) => join(directory, name));
  for (const path of paths) await writeFile(path, '', { flag: 'wx' });
  const shown = paths.map((path) => relative(context.cwd, path));
  output.report(shown.join('\n'), { target: opened.name, files: shown });
  return EXIT.done;
};

function firstDirectory({ name, target }: OpenedTarget): string {
  for (const stage of target.stages) if ('migrate' in stage) return directoriesOf(stage.migrate).at(-1)!;
  throw new CliError(
    EXIT.usage,
    'USAGE',
    `${name} has no stage of kind migrate`,
    'Add `- migrate: migrations/schema` to its stages.',
  );
}
