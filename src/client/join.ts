import { WorkflowNotFoundError } from '@temporalio/client';
import type { DeployInput, DeployStatus } from '../contract/deploy.js';
import { supersede } from '../contract/messages.js';
import { ClientError } from './client-error.js';
import { sendDecision } from './decide.js';
import type { DeployRun, RunFacts } from './deploy-run.js';
import { onlyNews } from './only-news.js';
import { pause } from './pause.js';
import { start } from './start.js';

export interface StartOptions {
  readonly run: DeployRun;
  readonly input: DeployInput;
  /** What to do while another release is being deployed. */
  readonly ifBusy: 'wait' | 'fail';
  readonly say: (text: string) => void;
  readonly interrupt: AbortSignal;
}

export interface Started {
  readonly runId: string;
  /** Who had started it, when it was under way already. */
  readonly joined?: string | undefined;
}

/** Milliseconds between two looks at a deploy that is in the way. */
const INTERVAL = 700;

/**
 * Starts the deploy, joins the one that already deploys this release, takes the place of one that waits for a decision or works on a
 * backfill,
 * or waits for one that runs.
 * @returns undefined when the person went away while it waited
 * @throws ClientError `BUSY`
 */
export async function startOrJoin(options: StartOptions): Promise<Started | undefined> {
  const { run, input, interrupt } = options;
  const tell = onlyNews(options.say);
  while (!interrupt.aborted) {
    const runId = await start(run, input);
    if (runId !== undefined) return { runId };
    const other = await run.facts();
    if (!other?.open) continue;
    if (other.memo.digest === input.release.digest && other.memo.to === input.to)
      return { runId: other.runId, joined: other.memo.by };
    await makeRoom(options, other, tell);
    await pause(INTERVAL, interrupt);
  }
  return undefined;
}

/**
 * Lets a deploy of another release give its place up where it waits for a decision, or where nobody holds it any more; one that runs is
 * told of, and left alone.
 * @throws ClientError `BUSY`
 */
export async function makeRoom(
  { run, input, ifBusy }: Pick<StartOptions, 'run' | 'ifBusy'> & { readonly input: Pick<DeployInput, 'by' | 'release'> },
  other: RunFacts,
  tell: (text: string) => void,
): Promise<void> {
  const status = await run.status();
  if (typeof status === 'string') {
    if (status === 'no worker' && other.memo.digest !== '' && (await nobodyHolds(run, other.memo.digest)))
      await retire(run, input, other, tell);
    else
      tell(`Release ${other.memo.label} is being deployed by ${other.memo.by}, but no worker answers for it; waiting for one.`);
    return;
  }
  if (givesWay(status)) {
    const state = status.backfill === undefined ? status.state : 'working on a backfill';
    tell(`Release ${other.memo.label} is ${state}; this release takes its place.`);
    await sendDecision(run, supersede, {
      by: input.by,
      reason: `deploy of ${input.release.label} (${input.release.digest})`,
      release: input.release.label,
    }).catch(ignoreGone);
    return;
  }
  const who = `release ${other.memo.label}, started by ${other.memo.by}, is being deployed to ${run.target}`;
  if (ifBusy === 'fail')
    throw new ClientError(
      'BUSY',
      who,
      `pawl status ${run.target} shows it; without --if-busy fail this command waits for its end.`,
    );
  tell(`Waiting: ${who}.`);
}

/**
 * All workers of the other release are gone, as after a rolling update, so nobody can carry out its decisions any more.
 * Ending it loses nothing: the ledger knows what is committed, and the lease fences off whatever might still be alive.
 */
async function retire(
  run: DeployRun,
  { by, release }: Pick<DeployInput, 'by' | 'release'>,
  other: RunFacts,
  tell: (text: string) => void,
): Promise<void> {
  tell(
    `Release ${other.memo.label} was under way, but no worker holds it any more; this release continues from where it stopped.`,
  );
  await run
    .handle(other.runId)
    .terminate(`no worker holds release ${other.memo.label} any more; superseded by ${release.label}, by ${by}`)
    .catch(ignoreGone);
}

/** Nobody has polled for a minute, or only workers that are known to be dead. */
async function nobodyHolds(run: DeployRun, digest: string): Promise<boolean> {
  return (await run.pollers(digest)).length === 0;
}

/** One that waits for a person, or works on a backfill, which goes on under another release where it was. */
function givesWay({ state, backfill }: DeployStatus): boolean {
  return backfill !== undefined || state === 'blocked' || state === 'held' || state === 'waiting for approval';
}

/** It may have ended, moved on or been decided by somebody else in the meantime; the loop looks again. */
function ignoreGone(error: unknown): void {
  if (error instanceof WorkflowNotFoundError) return;
  if (error instanceof ClientError && (error.code === 'NO_DEPLOY' || error.code === 'REFUSED')) return;
  throw error;
}
