import { listSchedules, removeSchedule, scheduleVerify, type VerifySchedule } from '../../client/schedules.js';
import { connectClient } from '../../temporal/connection.js';
import type { TemporalLink } from '../../temporal/link.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { namedDeploy } from '../named-deploy.js';

export interface ScheduleSettings {
  readonly target?: string | undefined;
}

/** Has the target verified again and again, by whichever release is the newest then. */
export const scheduleVerifyCommand: Command<ScheduleSettings & { readonly cron: string; readonly timezone: string }> = async (
  context,
  { target, cron, timezone },
) => {
  const name = await namedDeploy(context, target);
  const { id, updated } = await withLink((link) => scheduleVerify(link, name, { cron, timezone })).catch((error: unknown) => {
    throw refusedSpec(error, cron) ?? error;
  });
  const what = updated ? 'is changed' : 'is there';
  context.output.report(`The schedule ${id} ${what}: it verifies ${name.target} at ${cron} (${timezone}).`, {
    id,
    ...name,
    cron,
    timezone,
    updated,
  });
  return EXIT.done;
};

/** Shows what is verified when. */
export const scheduleList: Command<Record<string, never>> = async ({ output }) => {
  const schedules = await withLink(listSchedules);
  const lines = schedules.map(line);
  output.report(lines.join('\n') || 'No schedule. pawl schedule verify <target> --cron "0 3 * * *" makes one.', { schedules });
  return EXIT.done;
};

/** Ends the schedule of a target. */
export const scheduleRemove: Command<ScheduleSettings> = async (context, { target }) => {
  const name = await namedDeploy(context, target);
  const removed = await withLink((link) => removeSchedule(link, name));
  context.output.report(removed ? `${name.target} is not verified by a schedule any more.` : `${name.target} has no schedule.`, {
    ...name,
    removed,
  });
  return EXIT.done;
};

async function withLink<T>(work: (link: TemporalLink) => Promise<T>): Promise<T> {
  const link = await connectClient();
  try {
    return await work(link);
  } finally {
    await link.close();
  }
}

function line({ id, cron, timezone, paused, next, last }: VerifySchedule): string {
  const times = paused ? 'paused' : `next ${next ?? 'never'}`;
  return `${id}  ${cron} (${timezone}), ${times}${last ? `, last ${last}` : ''}`;
}

/** The client answers with a plain TypeError what the server says of a wrong expression. */
function refusedSpec(error: unknown, cron: string): CliError | undefined {
  if (!(error instanceof TypeError)) return undefined;
  const next = 'Five fields (minute, hour, day, month, weekday), such as "0 3 * * *", and a time zone such as Europe/Berlin.';
  return new CliError(EXIT.usage, 'USAGE', `Temporal does not take the schedule "${cron}": ${error.message}`, next);
}
