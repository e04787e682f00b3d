import { loadConfig } from '../../config/load.js';
import { readRelease, versionsOf } from '../../config/release.js';
import type { Command, Context } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';

export interface CompletionWordsSettings {
  readonly what: 'targets' | 'fleets' | 'versions';
  /** Whose versions; where there is one target only, it need not be named. */
  readonly target?: string | undefined;
}

/** Prints what a shell completes from the configuration and the files that are here, one word a line; opens no connection but where a fleet's members come from a query. */
export const completionWords: Command<CompletionWordsSettings> = async (context, { what, target }) => {
  const words = what === 'versions' ? await versions(context, target) : await names(context, what);
  context.output.report(words.join('\n'), { words });
  return EXIT.done;
};

async function names({ cwd, configFile }: Context, what: 'targets' | 'fleets'): Promise<string[]> {
  const { config } = await loadConfig({ cwd, file: configFile });
  return Object.keys(config[what]);
}

async function versions(context: Context, target: string | undefined): Promise<string[]> {
  const opened = await openTarget(context, target === '' ? undefined : target);
  return versionsOf(await readRelease(opened, opened.loaded.root));
}
