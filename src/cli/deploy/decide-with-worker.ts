import { awaitWorker } from '../../client/await-worker.js';
import { sendDecision, type DecideOptions } from '../../client/decide.js';
import { DeployRun } from '../../client/deploy-run.js';
import { expectedDatabase } from '../../client/expected-database.js';
import { follow } from '../../client/follow.js';
import { readRelease } from '../../config/release.js';
import * as messages from '../../contract/messages.js';
import { connectClient } from '../../temporal/connection.js';
import type { Context } from '../context.js';
import type { ExitCode } from '../exit-code.js';
import { nameOf } from '../named-deploy.js';
import { openTarget, type OpenedTarget } from '../open-target.js';
import { createNews } from './create-news.js';
import { onInterrupt } from './interrupt.js';
import { showAll } from './news.js';
import { withOwnWorker } from './own-worker.js';
import { refuseFaults } from './refuse-faults.js';
import { reportEnding } from './report-ending.js';

/**
 * Decides about a deploy where no worker stands by: serves it from this process, sends the decision, and follows the deploy as
 * `pawl deploy --with-worker` does. The files here have to be those of its release.
 * @returns the exit code of the deploy
 */
export async function decideWithWorker(context: Context, name: string | undefined, decision: DecideOptions): Promise<ExitCode> {
  const opened = await openTarget(context, name);
  const interrupt = onInterrupt();
  try {
    return await withOwnWorker(context, opened, () => decideAndFollow(context, opened, decision, interrupt.signal));
  } finally {
    interrupt.dispose();
  }
}

async function decideAndFollow(
  context: Context,
  opened: OpenedTarget,
  { verb, target: _target, environment: _environment, client: _client, ...decision }: DecideOptions,
  interrupt: AbortSignal,
): Promise<ExitCode> {
  const { output } = context;
  const release = await readRelease(opened, opened.loaded.root);
  refuseFaults(context, release);
  const expects = await expectedDatabase(opened, context.environment);
  const link = await connectClient();
  try {
    const run = new DeployRun(link, nameOf(opened));
    const say = (text: string): void => output.say(text);
    const report = { run, opened, ownWorker: true, since: Date.now() };
    const there = await awaitWorker(run, { digest: release.digest, expects }, { say, interrupt });
    if (!there) return await reportEnding(context, { ...report, ending: { kind: 'detached' } });
    const before = await run.facts();
    say(await sendDecision(run, messages[verb], decision));
    const { runId, memo } = before!;
    const sights = follow({ run, runId, digest: memo.digest, expects, decided: memo.turn + 1, whole: output.json, interrupt });
    const ending = await showAll(sights, createNews(output));
    return await reportEnding(context, { ...report, runId, ending });
  } finally {
    await link.close();
  }
}
