import { relative } from 'node:path';
import { loadConfig, type LoadedConfig } from '../../config/load.js';
import type { Command, Context } from '../context.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { deployAll, OwnWorkers } from '../dev/deploy-all.js';
import { endOpenDeploys } from '../dev/end-open-deploys.js';
import { openPlayground, type Playground } from '../dev/playground.js';
import { watchRelease, type Changes } from '../dev/watch.js';
import { exitCodeOf } from '../error-exit.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { errorView } from '../view/error.js';

export interface DevSettings {
  /** Deploy once and leave. */
  readonly once?: boolean;
  /** Drop the databases of the playground first. */
  readonly reset?: boolean;
}

/** The playground: brings Temporal and PostgreSQL along where the environment names none, deploys, and again whenever a file changes. */
export const dev: Command<DevSettings> = async (context, { once = false, reset = false }) => {
  const { output, cwd, configFile: file } = context;
  const loaded = await loadConfig({ cwd, file });
  const interrupt = onInterrupt();
  const playground = await openPlayground(loaded, context.environment, { reset, say: (text) => output.say(text) });
  // Temporal's settings are read from the process's own environment.
  Object.assign(process.env, playground.environment);
  const inside = { ...context, environment: playground.environment };
  const own = new OwnWorkers();
  try {
    if (reset) await endOpenDeploys(loaded, playground.targets, playground.environment);
    if (once) return await deployOnce(inside, loaded, own, interrupt.signal);
    // From before the first deploy on: what changes during a deploy must not be missed.
    const changes = watchRelease(loaded, interrupt.signal);
    await deployOnce(inside, loaded, own, interrupt.signal);
    await redeploy(inside, changes, { own, playground, interrupt: interrupt.signal });
    return EXIT.done;
  } finally {
    await own.stop();
    await playground.stop();
    interrupt.dispose();
    if (once)
      output.say(`Stopped what was started for it. pawl dev keeps it up${playground.uiUrl ? ', and the Web UI with it' : ''}.`);
  }
};

interface Staying {
  readonly own: OwnWorkers;
  readonly playground: Playground;
  readonly interrupt: AbortSignal;
}

async function redeploy(context: Context, first: Changes, { own, playground, interrupt }: Staying): Promise<void> {
  const { output, cwd, configFile: file } = context;
  const web = playground.uiUrl ? ` Web UI: ${playground.uiUrl}` : '';
  output.say(`\nWatching; a changed file is deployed at once. Ctrl-C ends.${web}`);
  output.say(`In another terminal: . ${relative(cwd, playground.environmentFile)}`);
  let changes = first;
  for (;;) {
    await changes.next();
    if (interrupt.aborted) break;
    try {
      const loaded = await loadConfig({ cwd, file });
      // The directories may be others now.
      changes.close();
      changes = watchRelease(loaded, interrupt);
      await deployOnce(context, loaded, own, interrupt);
    } catch (error) {
      output.say(errorView(error, output.newsLook));
    }
  }
  changes.close();
}

/** What goes wrong with the files is said, and the next change is another try. */
async function deployOnce(context: Context, loaded: LoadedConfig, own: OwnWorkers, interrupt: AbortSignal): Promise<ExitCode> {
  try {
    return await deployAll(context, loaded, own, interrupt);
  } catch (error) {
    context.output.say(errorView(error, context.output.newsLook));
    return exitCodeOf(error);
  }
}
