import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Dispatch } from '../dispatch.js';
import { verb } from '../verb.js';

/** The verbs of what is looked at again and again. */
export function addSchedule(program: CommandUnknownOpts, dispatch: Dispatch): void {
  const schedule = program
    .command('schedule')
    .description('verify targets again and again, as Temporal Schedules')
    .exitOverride();
  verb(schedule, 'verify [target]', 'verify the target at these times, with the newest release that a worker holds then')
    .requiredOption('--cron <expression>', 'when, such as "0 3 * * *"')
    .option('--timezone <name>', 'of the times', 'UTC')
    .action((target, flags) =>
      dispatch(async () => (await import('../commands/schedule.js')).scheduleVerifyCommand, { ...flags, target }, flags),
    );
  verb(schedule, 'list', 'show what is verified when').action((flags) =>
    dispatch(async () => (await import('../commands/schedule.js')).scheduleList, {}, flags),
  );
  verb(schedule, 'remove [target]', 'end the schedule of a target').action((target, flags) =>
    dispatch(async () => (await import('../commands/schedule.js')).scheduleRemove, { target }, flags),
  );
}
