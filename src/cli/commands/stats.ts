import { engineTarget } from '../../config/engine-target.js';
import { readStatistics } from '../../check/read-statistics.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';

export interface StatsSettings {
  readonly target?: string | undefined;
}

/** Prints the sizes of the target's tables and indexes as JSON, for `pawl check --stats`; reads only. */
export const stats: Command<StatsSettings> = async (context, { target }) => {
  const opened = await openTarget(context, target);
  const statistics = await readStatistics(engineTarget(opened, context.environment).url);
  context.output.report(JSON.stringify(statistics, null, 2), statistics);
  return EXIT.done;
};
