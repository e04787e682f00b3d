import { readRelease, type TargetRelease } from '../../config/release.js';
import type { DeployInput } from '../../contract/deploy.js';
import { connectClient, type TemporalLink } from '../../temporal/connection.js';
import { actor, releaseLabel } from '../actor.js';
import { refuseFaults } from '../deploy/refuse-faults.js';
import type { Command, Context } from '../context.js';
import { awaitWorker } from '../deploy/await-worker.js';
import { createNews } from '../deploy/create-news.js';
import { DeployRun } from '../deploy/deploy-run.js';
import { follow } from '../deploy/follow.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { reportEnding } from '../deploy/report-ending.js';
import { startOrJoin, type Started } from '../deploy/start-or-join.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { openTarget, type OpenedTarget } from '../open-target.js';
import { webUiLink } from '../web-ui.js';

export interface DeploySettings {
  readonly target?: string | undefined;
  readonly release?: string;
  readonly detach?: boolean;
  readonly ifBusy: 'wait' | 'fail';
  readonly onFailure: 'block' | 'abort';
  readonly by?: string;
  readonly withWorker?: boolean;
  readonly direct?: boolean;
}

/** Starts or joins the deploy of a target and follows it. */
export const deploy: Command<DeploySettings> = async (context, settings) => {
  const opened = await openTarget(context, settings.target);
  const release = await readRelease(opened.target, opened.loaded.root);
  refuseFaults(context, release);
  const input = await deployInput(context, settings, opened, release);
  const link = await connectClient();
  try {
    return await deployThrough(context, settings, { opened, link, input });
  } finally {
    await link.close();
  }
};

interface Deploying {
  readonly opened: OpenedTarget;
  readonly link: TemporalLink;
  readonly input: DeployInput;
}

async function deployThrough(context: Context, settings: DeploySettings, { opened, link, input }: Deploying): Promise<ExitCode> {
  const { output } = context;
  const run = new DeployRun(link, opened.name);
  const since = Date.now();
  const say = (text: string): void => output.say(text);
  const interrupt = onInterrupt();
  try {
    await awaitWorker(run, input.release.digest, say);
    const started = await startOrJoin({ run, input, ifBusy: settings.ifBusy, say, interrupt: interrupt.signal });
    if (!started) return await reportEnding(context, { run, ending: { kind: 'detached' }, root: opened.loaded.root, since });
    announce(context, run, input, started);
    if (settings.detach) return detached(context, run, input, started);
    const news = createNews(output, webUiLink(context, link, run.id));
    const { digest } = input.release;
    const ending = await follow({ run, runId: started.runId, digest, news, interrupt: interrupt.signal });
    return await reportEnding(context, { run, ending, root: opened.loaded.root, since });
  } finally {
    interrupt.dispose();
  }
}

async function deployInput(
  context: Context,
  settings: DeploySettings,
  { name }: OpenedTarget,
  release: TargetRelease,
): Promise<DeployInput> {
  return {
    target: name,
    release: { digest: release.digest, label: settings.release ?? (await releaseLabel(context)) },
    stages: release.stages,
    by: await actor(context, settings.by),
    onFailure: settings.onFailure,
  };
}

function announce(context: Context, run: DeployRun, { release, by }: DeployInput, { joined }: Started): void {
  const link = webUiLink(context, run.link, run.id);
  const what =
    joined === undefined
      ? `Deploying release ${release.label} (${release.digest}) to ${run.target}, by ${by}.`
      : `Joined the deploy of this release that ${joined} started.`;
  context.output.say([what, ...(link ? [link] : [])].join('\n'));
}

function detached(context: Context, run: DeployRun, { release }: DeployInput, { runId, joined }: Started): ExitCode {
  const link = webUiLink(context, run.link, run.id);
  context.output.say(`Detached; pawl deploy ${run.target} follows it, pawl status ${run.target} shows it.`);
  context.output.document({
    target: run.target,
    outcome: 'detached',
    exit: EXIT.done,
    release,
    runId,
    joined: joined !== undefined,
    link,
  });
  return EXIT.done;
}
