import type { DeployRun } from '../../client/deploy-run.js';
import { endingMessage, type Ending } from '../../client/ending.js';
import { releaseExcerpt } from './release-excerpt.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { OpenedTarget } from '../open-target.js';
import { durationText } from '../view/duration.js';
import { faultView } from '../view/fault.js';
import { paint, wrap } from '../view/look.js';
import { webUiLink } from '../../temporal/web-ui.js';

export interface EndingReport {
  readonly run: DeployRun;
  readonly ending: Ending;
  /** With the files of the release that are here. */
  readonly opened: OpenedTarget;
  /** None where the deploy was not started. */
  readonly runId?: string | undefined;
  /** When following began, milliseconds. */
  readonly since: number;
  /** The worker is in this process and leaves with it. */
  readonly ownWorker?: boolean;
}

/** Says how the deploy ended and what to type next. @returns the exit code */
export async function reportEnding(
  context: Context,
  { run, runId, ending, opened, since, ownWorker }: EndingReport,
): Promise<ExitCode> {
  const { output } = context;
  const { status } = ending;
  const link = webUiLink(context, run.link, run.id, runId);
  const exit = EXITS[ending.kind];
  const fault = ending.kind === 'blocked' || ending.kind === 'failed' ? status?.fault : undefined;
  const excerpt = status && fault && (await releaseExcerpt(opened, status));
  if (status && fault) output.say(`\n${faultView(status, output.newsLook, { excerpt, link })}`);
  else output.say(sentence(ending, { run, output, link, took: durationText(Date.now() - since) }));
  if (ownWorker && (ending.kind === 'blocked' || ending.kind === 'detached'))
    output.say(wrap(ownWorkerLeaves(run.target), output.newsLook.columns, '  '));
  output.document({
    target: run.target,
    environment: run.environment,
    database: status?.database?.label,
    outcome: ending.kind,
    exit,
    message: endingMessage(ending),
    release: status?.release,
    fault,
    link,
    status,
  });
  return exit;
}

const ownWorkerLeaves = (target: string): string =>
  `The worker of this process leaves with it, and the deploy waits for one that holds this release. pawl deploy ${target} --with-worker, run again, tries a blocked step again; pawl skip, cancel and the other verbs take --with-worker too.`;

const EXITS: Record<Ending['kind'], ExitCode> = {
  done: EXIT.done,
  blocked: EXIT.blocked,
  failed: EXIT.failed,
  superseded: EXIT.failed,
  cancelled: EXIT.cancelled,
  detached: EXIT.detached,
};

interface Words {
  readonly run: DeployRun;
  readonly output: Context['output'];
  readonly link: string | undefined;
  readonly took: string;
}

function sentence(ending: Ending, { run, output, link, took }: Words): string {
  const { target } = run;
  const look = output.newsLook;
  const more = link ? `\n  ${link}` : '';
  switch (ending.kind) {
    case 'done':
      return paint(look, 'green', `✓ ${target} is deployed: ${ending.result?.message ?? ''} (${took})`);
    case 'cancelled':
      return `${paint(look, 'yellow', `– ${target}: ${ending.result?.message ?? 'cancelled'}; what is committed stays`)}\n  pawl deploy ${target} continues from there.${more}`;
    case 'superseded':
      return `${paint(look, 'yellow', `– ${target}: ${ending.result?.message ?? 'a newer release took over'}`)}\n  pawl status ${target} follows the newer release.${more}`;
    case 'failed':
    case 'blocked':
      return `${paint(look, 'red', `✗ ${endingMessage(ending) ?? ''}`)}\n  pawl status ${target} shows how things stand.${more}`;
    case 'detached':
      return `Detached; the deploy of ${target} continues.\n  pawl deploy ${target} follows it again, pawl cancel ${target} ends it.${more}`;
  }
}
