import { Context, type Info } from '@temporalio/activity';
import type { Control, Progress } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { BlockerNews } from './blocker-news.js';
import { activityFailure } from './failure.js';
import { countFailure, countWait } from './meter.js';

/** Milliseconds; well below the heartbeat timeout, so that one lost heartbeat is no death. */
const BEAT = 1_000;

/** What a heartbeat carries: for people what is being done, for the next attempt since when attempts fail. */
interface Beat extends Partial<Progress> {
  readonly failingSince?: number | undefined;
}

/**
 * Runs work of the engine as an activity: a heartbeat each second with what it is doing, a cancel as an aborted signal, its error as a
 * Temporal failure with the engine's verdict.
 * @param patience milliseconds for which attempts may fail in a row, where the failure may cure itself; then it is the operator's.
 * Neither a worker's death counts, nor the time that an attempt worked before it failed.
 */
export async function asActivity<T>(patience: number, work: (control: Control, info: Info) => Promise<T>): Promise<T> {
  const context = Context.current();
  const started = Date.now();
  const earlier = (context.info.heartbeatDetails as Beat | undefined)?.failingSince;
  let latest: Progress | undefined;
  let latestAt = started;
  let waited = 0;
  const blockers = new BlockerNews(context);
  const beat = (failingSince = earlier): void => context.heartbeat({ ...latest, failingSince } satisfies Beat);
  const beating = setInterval(beat, BEAT);
  const control: Control = {
    signal: context.cancellationSignal,
    report(progress) {
      const news = latest?.doing !== progress.doing || latest.name !== progress.name;
      if ((progress.waitsFor ?? []).length > 0) waited += Date.now() - latestAt;
      latest = progress;
      latestAt = Date.now();
      blockers.look(progress);
      if (news && progress.name) context.log.debug(progress.doing, { name: progress.name });
    },
  };
  try {
    return await work(control, context.info);
  } catch (error) {
    // Also when the engine worded it as its own error: only this one tells Temporal that the cancel was heard.
    if (context.cancellationSignal.aborted) throw await context.cancelled.catch((reason: unknown) => reason);
    logFailure(context, error);
    countFailure(error);
    const worked = Date.now() - started > patience && !isWait(error);
    const failingSince = worked ? Date.now() : (earlier ?? Date.now());
    beat(failingSince);
    throw activityFailure(error, Date.now() - failingSince < patience, context.info.attempt);
  } finally {
    clearInterval(beating);
    if (waited > 0) countWait(waited);
  }
}

/** A lockTimeout may be longer than the patience: an attempt that spent its time waiting has not worked. */
function isWait(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'LOCK_TIMEOUT';
}

function logFailure(context: Context, error: unknown): void {
  if (error instanceof EngineError)
    context.log.warn(error.message, {
      code: error.code,
      verdict: error.verdict,
      version: error.version,
      next: error.next,
    });
  else context.log.error('unexpected error', { error });
}
