import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Dispatch } from '../dispatch.js';
import { limitText, shareText } from '../option-text.js';
import { option, verb } from '../verb.js';

/** The verbs of backfills: how far they are, and how fast they may be. They speak with the database, whoever runs the deploy. */
export function addBackfill(program: CommandUnknownOpts, dispatch: Dispatch): void {
  const backfill = program.command('backfill').description('large changes of data in batches: progress and pace').exitOverride();
  verb(backfill, 'status [target]', 'show how far each backfill is, what holds it up, and what it has left; reads only').action(
    (target, flags) =>
      dispatch(async () => (await import('../commands/backfill.js')).backfillStatus, { ...flags, target }, flags),
  );
  const wish = <Usage extends string>(usage: Usage, description: string) =>
    verb(backfill, usage, description).addOption(option.by()).addOption(option.reason());
  wish('pause [target]', 'stop a backfill before its next batch; what is done stays').action((target, flags) =>
    dispatch(async () => (await import('../commands/backfill.js')).pauseBackfill, { ...flags, target }, flags),
  );
  wish('resume [target]', 'let a paused backfill continue').action((target, flags) =>
    dispatch(async () => (await import('../commands/backfill.js')).resumeBackfill, { ...flags, target }, flags),
  );
  wish('speed [target]', 'change the pace of a backfill that is under way')
    .addOption(new Option('--batch <duration>', 'how long a batch is to take, such as 100ms').argParser(limitText))
    .addOption(
      new Option('--pace <share>', 'rest after a batch, as a share of the time that it took, such as 0.5').argParser(shareText),
    )
    .action((target, flags) =>
      dispatch(async () => (await import('../commands/backfill.js')).speedBackfill, { ...flags, target }, flags),
    );
}
