import { onlyNews } from '../../client/only-news.js';
import { holdTarget } from '../../config/hold.js';
import { deployDirect } from '../../direct/deploy.js';
import { leftText } from '../../contract/up-to.js';
import { EngineError } from '../../engine/error.js';
import { lockStatus } from '../../engine/acts/break-lock.js';
import type { EngineTarget } from '../../engine/target.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import type { OpenedTarget } from '../open-target.js';
import { durationText } from '../view/duration.js';
import { findingList } from '../view/finding.js';
import { paint, wrap } from '../view/look.js';
import { timelineLine } from '../view/timeline.js';

export interface DirectSettings {
  readonly opened: OpenedTarget;
  readonly label: string;
  readonly by: string;
  readonly to?: string | undefined;
  readonly ifBusy: 'wait' | 'fail';
  /** Cancels: the statement is stopped and rolled back. */
  readonly interrupt: AbortSignal;
}

/** Deploys from this process, without Temporal. @returns the exit code; errors are thrown */
export async function deployDirectly(
  { output, environment }: Context,
  { opened, label, by, to, ifBusy, interrupt }: DirectSettings,
): Promise<ExitCode> {
  const held = await holdTarget(opened, opened.loaded, environment);
  if (ifBusy === 'fail') await refuseBusy(held.target);
  const told =
    'Deploying without Temporal: this process does the work. It cannot be held, approved or skipped from elsewhere, and when it dies the next deploy continues. Ctrl-C cancels. Times are in UTC.';
  output.say(wrap(told, output.newsLook.columns));
  const since = Date.now();
  const say = onlyNews((text) => output.say(timelineLine({ at: new Date().toISOString(), text }, output.newsLook)));
  const control = idleControl(interrupt);
  const result = await deployDirect({ held, label, by, to, environment: { ...environment }, say, control }).catch(
    (error: unknown) => {
      throw interrupt.aborted && !(error instanceof EngineError) ? cancelled(opened.name) : error;
    },
  );
  if (result.findings.length > 0) output.say(findingList(result.findings, output.newsLook));
  output.say(
    paint(
      output.newsLook,
      'green',
      `✓ ${opened.name} is deployed: ${result.applied} applied${leftText(to, result.left ?? 0)} (${durationText(Date.now() - since)})`,
    ),
  );
  output.document({
    target: opened.name,
    outcome: 'done',
    exit: EXIT.done,
    release: { digest: held.release.digest, label },
    ...result,
  });
  return EXIT.done;
}

/** Whoever works on the target at this moment, or is a deploy of Temporal's that has not ended. */
async function refuseBusy(target: EngineTarget): Promise<void> {
  const { holder, lease } = await lockStatus(target);
  const owner = lease && !lease.releasedAt && lease.owner?.startsWith('temporal/') ? lease.owner : undefined;
  if (!holder && !owner) return;
  const who = owner ?? `session ${holder?.pid ?? ''} (${holder?.application ?? ''})`;
  throw new CliError(
    EXIT.busy,
    'BUSY',
    `${target.name} is being deployed to by ${who}`,
    `pawl lock status ${target.name} shows it; without --if-busy fail this command waits for its end.`,
  );
}

function cancelled(target: string): CliError {
  return new CliError(
    EXIT.cancelled,
    'CANCELLED',
    `the deploy of ${target} was cancelled; what is committed stays`,
    `pawl deploy ${target} --direct continues from there.`,
  );
}
