import { DeployRun } from '../../client/deploy-run.js';
import { expectedDatabase } from '../../client/expected-database.js';
import { follow } from '../../client/follow.js';
import type { Started } from '../../client/join.js';
import { deployInput } from '../../client/deploy-input.js';
import { retryBlocked } from '../../client/retry-blocked.js';
import { startRelease } from '../../client/start-deploy.js';
import type { TargetRelease } from '../../config/release.js';
import type { DeployInput } from '../../contract/deploy.js';
import { connectClient } from '../../temporal/connection.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { nameOf } from '../named-deploy.js';
import type { OpenedTarget } from '../open-target.js';
import { wrap } from '../view/look.js';
import { webUiLink } from '../../temporal/web-ui.js';
import { createNews } from './create-news.js';
import { showAll } from './news.js';
import { reportEnding } from './report-ending.js';

export interface TemporalDeploy {
  readonly opened: OpenedTarget;
  readonly release: TargetRelease;
  readonly label: string;
  readonly by: string;
  /** The version that the deploy ends with; undefined for everything. */
  readonly to?: string | undefined;
  readonly onFailure: 'block' | 'abort';
  readonly ifBusy: 'wait' | 'fail';
  /** Leave as soon as it is started. */
  readonly detach: boolean;
  /** The only worker may be in this process, and leave with it. */
  readonly ownWorker: boolean;
  /** Milliseconds; 10 s without it. */
  readonly waitWorker?: number | undefined;
  readonly interrupt: AbortSignal;
}

/** Starts or joins the deploy through Temporal and follows it to its end. @returns the exit code */
export async function deployThroughTemporal(context: Context, deploy: TemporalDeploy): Promise<ExitCode> {
  const { opened, release, interrupt, ifBusy, ownWorker, waitWorker } = deploy;
  const { output } = context;
  const expects = await expectedDatabase(opened, context.environment);
  const input = deployInput(nameOf(opened), release, { ...deploy, expects });
  const link = await connectClient();
  try {
    const run = new DeployRun(link, nameOf(opened));
    const report = { run, opened, ownWorker };
    const say = (text: string): void => output.say(text);
    const started = await startRelease({ run, input, ifBusy, waitWorker, say, interrupt });
    if (!started) return await reportEnding(context, { ...report, since: Date.now(), ending: { kind: 'detached' } });
    announce(context, run, input, started);
    if (deploy.detach) return detached(context, run, input, started);
    const since = Date.now();
    // Where no worker stands by, nobody else could: to run the job again is to decide.
    const decided = ownWorker && started.joined !== undefined ? await retryBlocked(run, input.by, { say, interrupt }) : undefined;
    const sights = follow({ run, runId: started.runId, digest: release.digest, expects, decided, whole: output.json, interrupt });
    const ending = await showAll(sights, createNews(output));
    return await reportEnding(context, { ...report, runId: started.runId, since, ending });
  } finally {
    await link.close();
  }
}

function announce(context: Context, run: DeployRun, { release, by, to, expects }: DeployInput, { runId, joined }: Started): void {
  const link = webUiLink(context, run.link, run.id, runId);
  const what =
    joined === undefined
      ? `Deploying release ${release.label} (${release.digest})${to === undefined ? '' : ` up to ${to}`} to ${run.title}${expects ? `, ${expects.label}` : ''}, by ${by}. Times are in UTC.`
      : `Joined the deploy of this release that ${joined} started. Times are in UTC.`;
  context.output.say([wrap(what, context.output.newsLook.columns), ...(link ? [link] : [])].join('\n'));
}

function detached(context: Context, run: DeployRun, { release }: DeployInput, { runId, joined }: Started): ExitCode {
  const link = webUiLink(context, run.link, run.id, runId);
  context.output.say(`Detached; pawl deploy ${run.target} follows it, pawl status ${run.target} shows it.`);
  context.output.document({
    target: run.target,
    environment: run.environment,
    outcome: 'detached',
    exit: EXIT.done,
    release,
    runId,
    joined: joined !== undefined,
    link,
  });
  return EXIT.done;
}
