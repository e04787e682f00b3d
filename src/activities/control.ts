import { Context, type Info } from '@temporalio/activity';
import { boundedText, boundedWork } from '../contract/bounded.js';
import type { Work } from '../contract/deploy.js';
import { Shutdown, type Control, type Progress } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { failingSince } from '../engine/failing-since.js';
import { activityFailure } from './failure.js';
import { BackfillGauges, countFailure, countWait } from './meter.js';
import { WorkNews, type Failing } from './work-news.js';

/** Milliseconds; well below the heartbeat timeout, so that one lost heartbeat is no death. */
const BEAT = 1_000;

/** What a heartbeat carries: for people what is being done, for the next attempt since when attempts fail. */
interface Beat extends Omit<Partial<Work>, 'failingSince' | 'givesUpAt'> {
  readonly failingSince?: number | undefined;
  /** When attempts that go on failing are given up; milliseconds since 1970. */
  readonly givesUpAt?: number | undefined;
  /** News that were sent to the workflow, of which it takes a limited number. */
  readonly told?: number | undefined;
  /** The deploy has the lease, of which its workflow has not heard. */
  readonly leased?: boolean | undefined;
}

/**
 * Runs work of the engine as an activity: a heartbeat each second with what it is doing, a cancel as an aborted signal, its error as a
 * Temporal failure with the engine's verdict.
 * @param patience milliseconds for which attempts may fail in a row, where the failure may cure itself; then it is the operator's.
 * Neither a worker's death counts, nor the time that an attempt worked before it failed.
 */
export async function asActivity<T>(
  patience: number | ((leased: boolean) => number),
  work: (control: Control, info: Info, onLease: () => void) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const started = Date.now();
  const before = (context.info.heartbeatDetails ?? {}) as Beat;
  const { failingSince: earlier } = before;
  let leased = before.leased ?? false;
  let latest: Progress | undefined;
  let latestAt = started;
  let waited = 0;
  let backfill: BackfillGauges | undefined;
  const failing = (since: number): Failing => ({
    failingSince: new Date(since).toISOString(),
    givesUpAt: new Date(since + limitOf(patience, leased)).toISOString(),
  });
  const news = new WorkNews(context, before.told ?? 0, earlier === undefined ? undefined : failing(earlier));
  const beat = (since = earlier): void => {
    // An attempt that comes not far enough to say what it does is at what the one before was at.
    const doing = boundedWork({ ...(latest ?? { doing: before.doing, name: before.name }), attempt: context.info.attempt });
    const givesUpAt = since === undefined ? undefined : since + limitOf(patience, leased);
    context.heartbeat({ ...doing, failingSince: since, givesUpAt, told: news.told, leased } satisfies Beat);
  };
  const onLease = (): void => {
    leased = true;
    beat();
  };
  const beating = setInterval(beat, BEAT);
  const control: Control = {
    signal: stopSignal(context),
    report(progress) {
      const other = latest?.doing !== progress.doing || latest.name !== progress.name;
      if ((progress.waitsFor ?? []).length > 0) waited += Date.now() - latestAt;
      latest = progress;
      latestAt = Date.now();
      news.look(progress);
      if (progress.backfill) (backfill ??= new BackfillGauges()).look(progress.backfill);
      if (other && progress.name) context.log.debug(progress.doing, { name: progress.name });
    },
  };
  try {
    return await work(control, context.info, onLease);
  } catch (error) {
    // Also when the engine worded it as its own error: only this one tells Temporal that the cancel was heard.
    if (context.cancellationSignal.aborted) throw await context.cancelled.catch((reason: unknown) => reason);
    logFailure(context, error);
    countFailure(error);
    const limit = limitOf(patience, leased);
    const since = failingSince({ began: started, error, patience: limit, earlier });
    const failure = activityFailure(error, Date.now() - since < limit, context.info.attempt, leased);
    if (!failure.nonRetryable) news.failed(latest ?? before, { failure: failure.message, ...failing(since) });
    beat(since);
    throw failure;
  } finally {
    clearInterval(beating);
    backfill?.end();
    if (waited > 0) countWait(waited);
  }
}

function limitOf(patience: number | ((leased: boolean) => number), leased: boolean): number {
  return typeof patience === 'number' ? patience : patience(leased);
}

/** Aborted as the activity is, and where its worker ends, with that as the reason: what the server builds is then left to it. */
function stopSignal(context: Context): AbortSignal {
  const { cancellationSignal } = context;
  const stop = new AbortController();
  const abort = (): void => stop.abort(context.cancellationDetails?.workerShutdown ? new Shutdown() : cancellationSignal.reason);
  if (cancellationSignal.aborted) abort();
  else cancellationSignal.addEventListener('abort', abort, { once: true });
  return stop.signal;
}

/** Characters of a message in the log. */
const LOGGED = 20_000;

function logFailure(context: Context, error: unknown): void {
  if (error instanceof EngineError)
    context.log.warn(boundedText(error.message, LOGGED), {
      code: error.code,
      verdict: error.verdict,
      version: error.version,
      next: error.next,
    });
  else context.log.error('unexpected error', { error });
}
