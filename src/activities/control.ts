import { Context, type Info } from '@temporalio/activity';
import type { Control, Progress } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { activityFailure } from './failure.js';

/** Milliseconds; well below the heartbeat timeout, so that one lost heartbeat is no death. */
const BEAT = 1_000;

/**
 * Runs work of the engine as an activity: a heartbeat each second with what it is doing, a cancel as an aborted signal, its error as a
 * Temporal failure with the engine's verdict.
 * @param patience milliseconds for which a failure that cures itself is tried again; then it is the operator's
 */
export async function asActivity<T>(patience: number, work: (control: Control, info: Info) => Promise<T>): Promise<T> {
  const context = Context.current();
  let latest: Progress | undefined;
  const beat = setInterval(() => context.heartbeat(latest), BEAT);
  const control: Control = {
    signal: context.cancellationSignal,
    report(progress) {
      const news = latest?.doing !== progress.doing || latest.name !== progress.name;
      latest = progress;
      if (news && progress.name) context.log.debug(progress.doing, { name: progress.name });
    },
  };
  try {
    return await work(control, context.info);
  } catch (error) {
    // Also when the engine worded it as its own error: only this one tells Temporal that the cancel was heard.
    if (context.cancellationSignal.aborted) throw await context.cancelled.catch((reason: unknown) => reason);
    logFailure(context, error);
    throw activityFailure(error, Date.now() - context.info.scheduledTimestampMs < patience);
  } finally {
    clearInterval(beat);
  }
}

function logFailure(context: Context, error: unknown): void {
  if (error instanceof EngineError)
    context.log.warn(error.message, { code: error.code, verdict: error.verdict, next: error.next });
  else context.log.error('unexpected error', { error });
}
