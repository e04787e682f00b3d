import { ClientError } from '../../client/client-error.js';
import { DeployRun } from '../../client/deploy-run.js';
import { watch as watchDeploy } from '../../client/watch.js';
import { connectClient } from '../../temporal/connection.js';
import type { Command } from '../context.js';
import { createNews } from '../deploy/create-news.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { showAll } from '../deploy/news.js';
import { EXIT } from '../exit-code.js';
import { namedDeploy } from '../named-deploy.js';

export interface WatchSettings {
  readonly target?: string | undefined;
}

/** Shows the deploy that runs or ran last until it has ended, or Ctrl-C. It only looks: leaving changes nothing. */
export const watch: Command<WatchSettings> = async (context, settings) => {
  const { output } = context;
  const name = await namedDeploy(context, settings.target);
  const { target } = name;
  const link = await connectClient();
  const interrupt = onInterrupt();
  try {
    const run = new DeployRun(link, name);
    if (!(await run.facts()))
      throw new ClientError('NO_DEPLOY', `no deploy of ${target} is known to Temporal`, `pawl deploy ${target} starts one.`);
    const state = await showAll(watchDeploy(run, interrupt.signal), createNews(output, true));
    output.say(
      state
        ? `The deploy of ${target} has ended: ${state}.`
        : `Left; the deploy of ${target} continues. pawl status ${target} --watch shows it again.`,
    );
    output.document({ ...name, state });
    return EXIT.done;
  } finally {
    interrupt.dispose();
    await link.close();
  }
};
