import { DeployRun } from '../../client/deploy-run.js';
import { statusOf, type TargetStatus } from '../../client/status.js';
import { ConfigError } from '../../config/config-error.js';
import { environmentOf } from '../../config/environment.js';
import type { DeployName } from '../../contract/names.js';
import { lockStatus } from '../../engine/acts/break-lock.js';
import { planTarget } from '../../engine/plan/plan.js';
import { TemporalError } from '../../temporal/temporal-error.js';
import { connectClient } from '../../temporal/connection.js';
import type { Command, Context } from '../context.js';
import { completeRelease } from '../open-release.js';
import { releaseExcerpt } from '../deploy/release-excerpt.js';
import { exitCodeOf } from '../error-exit.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { openTarget, type OpenedTarget } from '../open-target.js';
import { errorDocument, errorView } from '../view/error.js';
import { planDocument, planView } from '../view/plan.js';
import { isLeased, lockStatusText } from '../view/lock-status.js';
import { wrap } from '../view/look.js';
import { silenceView } from '../view/silence.js';
import { statusView } from '../view/status.js';
import { webUiLink } from '../../temporal/web-ui.js';
import type { DeployStatus } from '../../contract/deploy.js';

export interface StatusSettings {
  readonly target?: string | undefined;
  /** Whether the exit code says how the deploy stands, or only whether that could be told. */
  readonly exitCode?: true | undefined;
}

/** One half of the answer: what people and programs get, or why it could not be had. */
interface Part {
  readonly text: string;
  readonly document: unknown;
  readonly error?: unknown;
  /** The deploy has said itself how it stands. */
  readonly told?: boolean;
  /** What the exit code of the deploy would be. */
  readonly exit?: ExitCode;
}

/**
 * Shows the deploy that runs or ran last, as Temporal tells it, and the applied set, as the database tells it. Either may be away;
 * where nothing could be told, the command has failed.
 */
export const status: Command<StatusSettings> = async (context, settings) => {
  const opened = await openTarget(context, settings.target).catch((error: unknown) => {
    // Whoever is on call may have Temporal and nothing else.
    if (settings.target !== undefined && error instanceof ConfigError) return undefined;
    throw error;
  });
  const name = opened
    ? { target: opened.name, environment: opened.environment }
    : { target: settings.target ?? '', environment: environmentOf(undefined, context.environment) };
  const deploy = await part(context, () => deployPart(context, name, opened));
  const database = opened && (await part(context, () => databasePart(context, opened, deploy)));
  const text = [deploy.text, database?.text].filter(Boolean).join('\n\n');
  context.output.report(text, { ...name, deploy: deploy.document, database: database?.document });
  if (deploy.error !== undefined && (!database || database.error !== undefined || settings.exitCode))
    return exitCodeOf(deploy.error);
  return (settings.exitCode && deploy.exit) || EXIT.done;
};

/** As `pawl deploy` ends for whoever follows it; one that is open and does not answer waits for a person, too. */
function exitOf({ run, status }: TargetStatus): ExitCode {
  switch (status?.state ?? (run.open ? run.told?.state : run.state.toLowerCase().replaceAll('_', ' '))) {
    case 'blocked':
      return EXIT.blocked;
    case 'cancelled':
    case 'canceled':
      return EXIT.cancelled;
    case 'failed':
    case 'refused':
    case 'terminated':
    case 'timed out':
      return EXIT.failed;
    default:
      return status || !run.open ? EXIT.done : EXIT.failed;
  }
}

async function part({ output }: Context, read: () => Promise<Part>): Promise<Part> {
  return read().catch((error: unknown) => ({
    text: errorView(error, output.look),
    document: { error: errorDocument(error) },
    error,
  }));
}

async function deployPart(context: Context, name: DeployName, opened: OpenedTarget | undefined): Promise<Part> {
  const link = await connectClient();
  try {
    const run = new DeployRun(link, name);
    const found = await statusOf(run);
    if (!found) return { text: `No deploy of ${run.title} is known to Temporal.`, document: null };
    const { run: facts, status, silence } = found;
    const webUi = webUiLink(context, link, run.id, facts.lastRunId);
    const document = {
      run: {
        state: facts.state,
        open: facts.open,
        startedAt: facts.startedAt,
        endedAt: facts.endedAt,
        told: facts.told,
        ...facts.memo,
      },
      status: status ?? null,
      silence,
      link: webUi,
    };
    const failure = silence === 'failing task' ? await run.taskFailure() : undefined;
    if (silence)
      return {
        text: silenceView({ run, facts, silence, failure, link: webUi }, context.output.look),
        document: { ...document, failure },
        exit: exitOf(found),
      };
    return { text: status ? await statusText(context, status, opened, webUi) : '', document, told: true, exit: exitOf(found) };
  } finally {
    await link.close();
  }
}

/** A deploy holds on to its lease, and a worker to its statement. */
const AWAY = '\nThe deploy continues when Temporal is back. Until then its lease keeps pawl deploy --direct out.';

async function statusText(
  { output }: Context,
  status: DeployStatus,
  opened: OpenedTarget | undefined,
  link: string | undefined,
): Promise<string> {
  const excerpt = opened && (await releaseExcerpt(opened, status));
  return statusView(status, output.look, { excerpt, link });
}

/** @param deploy where it tells nothing, the lease and the session that works have to */
async function databasePart(context: Context, opened: OpenedTarget, deploy: Part): Promise<Part> {
  const { release, engine, stages } = await completeRelease(context, opened);
  const plan = await planTarget(engine, stages);
  const headline = { target: opened.name, digest: release.digest };
  const [text, document] = [planView(headline, plan, context.output.look), planDocument(headline, plan)];
  const lock = deploy.told === true ? undefined : await lockStatus(engine);
  if (!lock || !isLeased(lock)) return { text, document };
  return {
    text: `${text}\n\n${wrap(`${lockStatusText(opened.name, lock)}${deploy.error instanceof TemporalError ? AWAY : ''}`, context.output.look.columns)}`,
    document: { ...document, ...lock },
  };
}
