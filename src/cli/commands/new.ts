import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { readRelease, versionsOf } from '../../config/release.js';
import { directoriesOf, sourceOf } from '../../config/schema.js';
import { chooseFormat } from '../../engine/files/formats.js';
import { readListing } from '../../engine/files/listing.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { migrationFiles } from '../new/migration-files.js';
import { writtenByTool } from '../new/written-by-tool.js';
import { openTarget, type OpenedTarget } from '../open-target.js';

export interface NewSettings {
  readonly target?: string | undefined;
  /** What the migration does, in words. */
  readonly name: string;
}

/** Writes the next migration without statements, named as its neighbours are, as the tool would whose files they are. */
export const newCommand: Command<NewSettings> = async ({ output, ...context }, settings) => {
  const opened = await openTarget({ output, ...context }, settings.target);
  const { directory, format: named } = firstDirectory(opened);
  const path = join(opened.loaded.root, directory);
  await mkdir(path, { recursive: true });
  const listing = await readListing(directory, opened.loaded.root);
  const format = (await chooseFormat(listing, named)).name;
  const instead = writtenByTool(format);
  if (instead !== undefined) {
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `${directory} is of ${format}, which deploys no file that it has not listed`,
      instead,
    );
  }
  const versions = versionsOf(await readRelease(opened, opened.loaded.root));
  const neighbours = [...listing.files, ...listing.folders].filter((name) => !name.includes('/'));
  const written = migrationFiles(format, { neighbours, versions, label: settings.name, now: new Date() });
  const paths = written.map((file) => join(path, file.path));
  for (const [index, { text }] of written.entries()) {
    await mkdir(dirname(paths[index]!), { recursive: true });
    await writeFile(paths[index]!, text, { flag: 'wx' });
  }
  const shown = paths.map((file) => relative(context.cwd, file));
  output.report(shown.join('\n'), { target: opened.name, files: shown });
  return EXIT.done;
};

function firstDirectory({ name, target }: OpenedTarget): { directory: string; format: string | undefined } {
  for (const stage of target.stages) {
    if ('migrate' in stage) return { directory: directoriesOf(stage.migrate).at(-1)!, format: sourceOf(stage.migrate).format };
  }
  throw new CliError(
    EXIT.usage,
    'USAGE',
    `${name} has no stage of kind migrate`,
    'Add `- migrate: migrations/schema` to its stages.',
  );
}
