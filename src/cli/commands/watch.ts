import type { DeployState } from '../../contract/deploy.js';
import { connectClient } from '../../temporal/connection.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { createNews } from '../deploy/create-news.js';
import { DeployRun } from '../deploy/deploy-run.js';
import { SILENCES } from '../deploy/follow.js';
import { onInterrupt } from '../deploy/interrupt.js';
import type { News } from '../deploy/news.js';
import { pause } from '../deploy/pause.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';

export interface WatchSettings {
  readonly target?: string | undefined;
}

/** Milliseconds between two looks. */
const INTERVAL = 500;

const ENDED = new Set<DeployState>(['done', 'failed', 'refused', 'cancelled', 'superseded']);

/** Shows the deploy that runs or ran last until it has ended, or Ctrl-C. It only looks: leaving changes nothing. */
export const watch: Command<WatchSettings> = async (context, settings) => {
  const { output } = context;
  const target = settings.target ?? (await openTarget(context, undefined)).name;
  const link = await connectClient();
  const interrupt = onInterrupt();
  const news = createNews(output, true);
  try {
    const run = new DeployRun(link, target);
    if (!(await run.facts()))
      throw new CliError(
        EXIT.failed,
        'NO_DEPLOY',
        `no deploy of ${target} is known to Temporal`,
        `pawl deploy ${target} starts one.`,
      );
    const state = await show(run, news, interrupt.signal);
    news.end();
    output.say(
      state
        ? `The deploy of ${target} has ended: ${state}.`
        : `Left; the deploy of ${target} goes on. pawl status ${target} --watch shows it again.`,
    );
    output.document({ target, state });
    return EXIT.done;
  } finally {
    interrupt.dispose();
    await link.close();
  }
};

/** @returns how the deploy ended; undefined when the person went before */
async function show(run: DeployRun, news: News, interrupt: AbortSignal): Promise<string | undefined> {
  while (!interrupt.aborted) {
    const status = await run.status();
    if (typeof status === 'string') {
      const ended = status === 'no worker' ? await endOf(run) : undefined;
      if (ended !== undefined) return ended;
      news.trouble(SILENCES[status]);
    } else {
      news.trouble(undefined);
      news.status(status);
      if (ENDED.has(status.state)) return status.state;
    }
    await pause(INTERVAL, interrupt);
  }
  return undefined;
}

/** What Temporal alone knows of a deploy that has ended. */
async function endOf(run: DeployRun): Promise<string | undefined> {
  const facts = await run.facts();
  return facts?.open ? undefined : facts?.state.toLowerCase();
}
